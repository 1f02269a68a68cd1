/** What the branch tells a clerk's page: `GET /v1/screens/clerk`. Times are milliseconds since the epoch. */
export interface ClerkState {
  now_ms: number;
  zone: string;
  build: string;
  seq: number;
  branch: { id: number; name: string };
  operator: { id: number; login: string; name: string; rights: string[] };
  counter: { id: number; name: string; keypad: boolean };
  counters: Counter[];
  shift: { state: 'mine' | 'free' | 'taken'; operator: Person | null; since_ms: number | null; break_since_ms: number | null };
  call: Call | null;
  next: Waiting[];
  next_total: number;
  parked: Waiting[];
  missing: Waiting[];
  services: Line[];
  transfer: { services: (number | Service)[]; counters: number[]; operators: Person[] };
  undo: Undo | null;
}

export interface Person {
  id: number;
  name: string;
}

export interface Counter extends Person {
  operator: Person | null;
}

/** A service as the branch names it. */
export interface Service {
  id: number;
  tag?: string;
  names: Record<string, string>;
}

export interface Call {
  id: number;
  ticket: number;
  label: string;
  language: string;
  service: Service;
  lines: { service: number; names: Record<string, string>; state: 'ahead' | 'current' | 'served' | 'no_show' | 'deleted' }[];
  state: 'called' | 'serving' | 'afterwork';
  since_ms: number;
  recalls: number;
  /** Not before this the customer may be called again. */
  recall_from_ms: number | null;
  no_shows: number;
  client_name: string;
  note: string;
  created_ms: number;
  waited_ms: number;
  source: string;
}

export interface Waiting {
  ticket: number;
  label: string;
  service: number;
  language: string;
  since_ms: number;
  waited_ms: number;
  priority: number;
  reserved: 'counter' | 'operator' | null;
  note: boolean;
  booked_ms: number | null;
}

export interface Line extends Service {
  waiting: number;
  longest_ms: number | null;
}

export interface Undo {
  what: 'no_show' | 'finish' | 'park' | 'transfer';
  label: string;
  until_ms: number;
}
