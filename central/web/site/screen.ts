/** Something that is amiss at a branch, as the branch told it or central sees it. */
export interface Trouble {
  code: string;
  severity: 'warning' | 'error';
  /** What it is about: `printer/1`, `branch`. */
  subject: string;
  /** What people call that; may be empty. */
  name: string;
  message: string;
  remedy: string;
}

/** How many are where, and how long they wait. Instants are milliseconds of central's clock. */
export interface Line {
  waiting: number;
  called: number;
  serving: number;
  served_today: number;
  no_shows_today: number;
  abandoned_today: number;
  /** Since when the one waits who has waited longest. */
  longest_since_ms: number | null;
  /** Of those whose wait is over. */
  mean_wait_ms: number | null;
}

/** A branch among all. */
export interface BranchLine extends Line {
  id: number;
  name: string;
  /** Nothing before the branch has said where it is. */
  zone: string | null;
  /** Its newest business day, as 20261122. */
  day: number | null;
  word: 'connected' | 'awaited' | 'cut_off' | 'never';
  /** When it last said anything. */
  heard_ms: number | null;
  trouble: Trouble[];
  /** 0 well, 1 look at it, 2 something does not work, 3 not there. */
  severity: number;
}

interface Stamped {
  now_ms: number;
  build: string;
  /** Whether central hears branches at all. */
  hearing: boolean;
}

/** `GET /v1/screens/overview`: all branches, worst first. */
export interface Overview extends Stamped {
  organisation: string;
  branches: BranchLine[];
}

/** `GET /v1/screens/branches/{id}`: one branch. */
export interface BranchState extends Stamped {
  branch: BranchLine;
  services: (Line & { id: number; tag: string; name: string })[];
  /** Those with a customer. */
  counters: { id: number; name: string; label: string; service: number; state: 'called' | 'serving' | 'afterwork'; since_ms: number; operator: number | null }[];
  /** The newest first. */
  calls: { label: string; service: number; counter: { id: number; name: string }; called_ms: number; recalls: number; state: 'called' | 'serving' | 'afterwork' | 'ended' }[];
}
