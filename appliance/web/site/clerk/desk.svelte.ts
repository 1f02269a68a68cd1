import { call, newKey, Problem } from '$shared/lib/api';
import { keep, kept } from '$shared/lib/kept';
import { Live } from '$shared/lib/live.svelte';
import { signedIn, signOut } from '$shared/lib/session';
import type { ClerkState, Counter, Person } from './screen';

/** Silence after which the wire counts as cut: the branch says something every 20 s. */
const STALE_MS = 25_000;

/** An answer that takes longer is told of, and the other buttons are seen to rest. */
const SLOW_MS = 400;

/** How long an answered button stays locked at most until the screen shows what came of it. */
const SHOWN_MS = 1_500;

/** A second press of a double click must not do what the button has come to mean meanwhile. */
const REST_MS = 350;

/** How often a clerk who has not sat down yet is told anew which counters are free. */
const SEATS_EVERY_MS = 3_000;

const COUNTER = 'anteroom.counter';

interface Answer {
  seq?: number;
  call?: { id: number; label: string } | null;
}

/** Why something was not done, for the page to say in words. */
export interface Fault {
  code: string;
  detail: string;
  body: Record<string, unknown>;
}

/** One clerk's desk: the live screen of a counter, and the commands that are given there, one at a time. */
export class Desk {
  /** The counter worked at; kept on this device. */
  counter = $state<number | null>(null);
  /** The command under way. */
  busy = $state<string | null>(null);
  slow = $state(false);
  fault = $state.raw<Fault | null>(null);
  /** The branch knows the token no longer. */
  ended = $state(false);
  /** Who sits where, for a clerk who has not sat down yet. */
  seats = $state.raw<{ operator: Person; counters: Counter[] } | null>(null);
  /** Why that cannot be told. */
  seatless = $state.raw<Problem | null>(null);

  readonly live: Live<ClerkState>;
  #token: string | null = signedIn();
  #waiters: { seq: number; done: () => void }[] = [];
  #rested = 0;
  #looking: ReturnType<typeof setTimeout> | undefined;

  constructor(onState: (before: ClerkState | null, now: ClerkState) => void) {
    const wished = Number(new URLSearchParams(location.search).get('counter') ?? kept(COUNTER));
    this.counter = Number.isInteger(wished) && wished > 0 ? wished : null;
    this.live = new Live<ClerkState>({
      address: () => `/v1/screens/clerk?counter=${this.counter}`,
      token: () => this.#token,
      staleAfterMs: STALE_MS,
      onState: (state) => {
        onState(this.live.state, state);
        this.#waiters = this.#waiters.filter((waiter) => {
          if (state.seq < waiter.seq) return true;
          waiter.done();
          return false;
        });
      },
    });
  }

  /** Follows the counter, as who is signed in now. */
  enter(): void {
    this.#token = signedIn();
    this.ended = false;
    this.fault = null;
    this.#follow();
  }

  /** Sits down elsewhere: the screen of the other counter follows. */
  choose(counter: number | null): void {
    if (counter === this.counter) return;
    this.counter = counter;
    keep(COUNTER, counter === null ? null : String(counter));
    this.live.state = null;
    this.#follow();
  }

  #follow(): void {
    clearTimeout(this.#looking);
    if (this.counter !== null) {
      this.live.reopen();
      return;
    }
    this.live.close();
    void this.look();
  }

  /** Asks who sits where, now and then, until a counter is chosen. */
  async look(): Promise<void> {
    clearTimeout(this.#looking);
    const token = this.#token;
    try {
      const [{ operator }, { counters }] = await Promise.all([call<{ operator: Person }>('/v1/me', { token }), call<{ counters: Counter[] }>('/v1/counters', { token })]);
      if (token !== this.#token) return;
      this.seats = { operator, counters };
      this.seatless = null;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (token !== this.#token) return;
      if (error.status === 401) this.ended = true;
      this.seatless = error;
    }
    if (this.counter === null && this.#token !== null && this.seatless?.status !== 403) this.#looking = setTimeout(() => void this.look(), SEATS_EVERY_MS);
  }

  leave(): void {
    clearTimeout(this.#looking);
    this.live.close();
    this.live.state = null;
    this.seats = null;
    this.seatless = null;
    this.#token = null;
    signOut();
  }

  /** Whether a press does something now. */
  get ready(): boolean {
    return this.busy === null && (this.counter === null ? this.seats !== null && this.seatless === null : this.live.link === 'live');
  }

  /**
   * Gives a command, unless one is under way or this press is the shadow of the last one. Locked
   * until it is answered and the screen shows it. Whoever gave it learns whether it was done.
   */
  async act(what: string, path: string, body: Record<string, unknown> = {}): Promise<boolean> {
    if (!this.ready || performance.now() < this.#rested) return false;
    this.busy = what;
    this.fault = null;
    const slow = setTimeout(() => (this.slow = true), SLOW_MS);
    try {
      const answer = await call<Answer>(path, { body, key: newKey(), token: this.#token, again: 1 });
      if (typeof answer.seq === 'number') await this.#shown(answer.seq);
      return true;
    } catch (error) {
      this.#refused(error);
      return false;
    } finally {
      clearTimeout(slow);
      this.slow = false;
      this.busy = null;
      this.#rested = performance.now() + REST_MS;
    }
  }

  /** A command at this counter; about the visit that the page shows, where there is one to name. */
  at(what: string, body: Record<string, unknown> = {}, counter: number | null = this.counter): Promise<boolean> {
    return this.act(what, `/v1/counters/${counter}/${what}`, body);
  }

  #shown(seq: number): Promise<void> {
    if ((this.live.state?.seq ?? 0) >= seq) return Promise.resolve();
    return new Promise((done) => {
      this.#waiters.push({ seq, done });
      setTimeout(done, SHOWN_MS);
    });
  }

  #refused(error: unknown): void {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 401) this.ended = true;
    else this.fault = { code: error.lost ? 'lost' : error.code, detail: error.detail, body: error.body };
  }
}
