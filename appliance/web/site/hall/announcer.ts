import type { Shown } from './screen';

/** A call that is older is shown, but not announced any more: who was meant has gone or has been told. */
export const ANNOUNCED_FOR_MS = 30_000;

/** How long one call has the screen: a chime, and time to read a number twice. */
export const TURN_MS = 7_000;

/** The same while others wait for theirs. */
export const SHORT_TURN_MS = 4_000;

/** Calls that are remembered as announced. A screen is told of at most 12 at once; an undone end brings an old one back. */
export const REMEMBERED_MAX = 200;

/** Calls that wait for their turn; more than the branch tells of at once. */
export const QUEUE_MAX = 12;

/** Decides which call is announced when: one after another, each once, and none that is too old. */
export class Announcer {
  #queue: Shown[] = [];
  #known = new Set<string>();
  #turn: { call: Shown; sinceMs: number } | null = null;

  /** Takes the calls that the branch tells of now, newest first. */
  hear(calls: readonly Shown[], nowMs: number): void {
    for (const call of [...calls].reverse()) {
      if (this.#known.has(call.key)) continue;
      this.#remember(call.key);
      if (nowMs - call.last_call_ms < ANNOUNCED_FOR_MS) this.#queue.push(call);
    }
    // Who is not called any more is not announced either.
    const open = new Map(calls.map((call) => [call.key, call]));
    this.#queue = this.#queue.filter((call) => open.has(call.key)).slice(-QUEUE_MAX);
  }

  /** The call to announce at this moment; `fresh` when its turn begins with this question. */
  at(nowMs: number): { call: Shown; fresh: boolean } | null {
    this.#queue = this.#queue.filter((call) => nowMs - call.last_call_ms < ANNOUNCED_FOR_MS);
    const lengthMs = this.#queue.length > 0 ? SHORT_TURN_MS : TURN_MS;
    if (this.#turn && nowMs < this.#turn.sinceMs + lengthMs) return { call: this.#turn.call, fresh: false };
    this.#turn = null;
    const call = this.#queue.shift();
    if (!call) return null;
    this.#turn = { call, sinceMs: nowMs };
    return { call, fresh: true };
  }

  /** How many wait for their turn. */
  get waiting(): number {
    return this.#queue.length;
  }

  #remember(key: string): void {
    this.#known.add(key);
    if (this.#known.size <= REMEMBERED_MAX) return;
    for (const oldest of this.#known) {
      this.#known.delete(oldest);
      return;
    }
  }
}
