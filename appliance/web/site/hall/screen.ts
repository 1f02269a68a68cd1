/** What the branch tells the hall: `GET /v1/screens/hall`. Times are milliseconds since the epoch. */
export interface HallState {
  now_ms: number;
  zone: string;
  build: string;
  seq: number;
  branch: { id: number; name: string };
  languages: string[];
  /** Newest call or recall first; ended visits leave. */
  calls: Shown[];
  /** Calls that have ended, the newest first. */
  recent: Shown[];
  waiting: number;
  open: boolean;
}

export interface Shown {
  /** Another one for each call and each recall. */
  key: string;
  label: string;
  counter: { id: number; name: string };
  language: string;
  called_ms: number;
  last_call_ms: number;
  recalls: number;
  state: string;
}
