import { untrack } from 'svelte';
import { Problem, problemOf } from './api';
import { pauseMs } from './backoff';
import { setBranchTime } from './clock.svelte';
import { EventReader } from './sse';

/** How the link to the branch is. */
export type Link =
  /** Nothing has come yet. */
  | 'opening'
  /** The state shown is the branch's present one. */
  | 'live'
  /** The branch is out of reach; the state shown is as old as `heardAt` says. Goes on trying. */
  | 'lost'
  /** The branch has ended the stream for good. */
  | 'gone'
  /** The branch says no (`problem`): a token that is over, a ticket that it does not know. */
  | 'refused';

export interface LiveOptions<T> {
  /** The stream's address; asked at each opening. */
  address: () => string;
  token?: () => string | null;
  /** Called with each whole state, before it is shown. */
  onState?: (state: T) => void;
  /** Silence after which a stream counts as dead. The branch says something every 20 s. */
  staleAfterMs?: number;
  /** How long a stream may be down before the page says so. */
  graceMs?: number;
  /** Ends the stream while nobody looks (administration, central). */
  restWhileHidden?: boolean;
}

const STALE_MS = 45_000;
const GRACE_MS = 3_000;

/** How often a page asks that gets no stream: spread, so that a hall of phones does not ask at once. */
const POLL_MS = 15_000;

/** Answers that another try does not change. */
const FINAL = new Set([400, 401, 403, 404, 405, 410]);

type Stamped = { now_ms?: number };

/**
 * The live state of one screen: a stream of whole states, read with fetch() so that it can carry a
 * token; opened again after every end, at once when the page is looked at again or the network is
 * back, else with growing pauses. Where no stream is to be had it asks now and then instead.
 */
export class Live<T extends object> {
  state = $state.raw<T | null>(null);
  link = $state<Link>('opening');
  /** Branch time of the last sign of life, by this device's clock (`Date.now`). */
  heardAt = $state<number | null>(null);
  problem = $state.raw<Problem | null>(null);

  readonly #options: LiveOptions<T>;
  #abort: AbortController | null = null;
  #running = false;
  #failures = 0;
  #heardMark = 0;
  #stale: ReturnType<typeof setTimeout> | undefined;
  #grace: ReturnType<typeof setTimeout> | undefined;
  #wake: (() => void) | null = null;
  /** Nobody looks: there is no stream, and none is missed. */
  #resting = false;

  constructor(options: LiveOptions<T>) {
    this.#options = options;
  }

  /** Opens, and keeps open, until `close`. */
  open(): void {
    if (this.#running) return;
    this.#running = true;
    // Whoever opens it in an effect does not want it opened anew with each state.
    this.link = untrack(() => this.state) ? 'live' : 'opening';
    this.problem = null;
    this.#failures = 0;
    document.addEventListener('visibilitychange', this.#seen);
    window.addEventListener('pageshow', this.#seen);
    window.addEventListener('online', this.#seen);
    window.addEventListener('offline', this.#unplugged);
    void this.#run();
  }

  close(): void {
    this.#running = false;
    document.removeEventListener('visibilitychange', this.#seen);
    window.removeEventListener('pageshow', this.#seen);
    window.removeEventListener('online', this.#seen);
    window.removeEventListener('offline', this.#unplugged);
    clearTimeout(this.#stale);
    clearTimeout(this.#grace);
    this.#abort?.abort();
    this.#wake?.();
  }

  /** Opens anew at once: the address or the token has changed, or somebody pressed "try again". */
  reopen(): void {
    if (!this.#running) {
      this.open();
      return;
    }
    this.#failures = 0;
    this.#abort?.abort();
    this.#wake?.();
  }

  readonly #seen = (): void => {
    if (document.visibilityState === 'hidden') {
      if (this.#options.restWhileHidden) this.#abort?.abort();
      return;
    }
    // A stream that spoke a moment ago is alive; any other may be a dead one that nobody has buried.
    const silentMs = performance.now() - this.#heardMark;
    if (this.#resting || this.link !== 'live' || silentMs > GRACE_MS) this.reopen();
  };

  readonly #unplugged = (): void => this.#lose();

  async #run(): Promise<void> {
    while (this.#running) {
      if (this.#options.restWhileHidden && document.visibilityState === 'hidden') {
        clearTimeout(this.#grace);
        this.#grace = undefined;
        this.#resting = true;
        await this.#sleep(null);
        this.#resting = false;
        continue;
      }
      const abort = new AbortController();
      this.#abort = abort;
      let pause = 0;
      try {
        pause = await this.#stream(abort);
      } catch (error) {
        if (error instanceof Problem && FINAL.has(error.status)) {
          this.problem = error;
          this.link = 'refused';
          this.close();
          return;
        }
      }
      clearTimeout(this.#stale);
      if (!this.#running) return;
      if (pause === 0 && this.link !== 'lost') this.#grace ??= setTimeout(() => this.#lose(), this.#options.graceMs ?? GRACE_MS);
      if (abort.signal.aborted && this.#failures === 0) continue;
      await this.#sleep(pause || pauseMs(this.#failures));
      this.#failures += 1;
    }
  }

  /** Reads one stream to its end; gives the pause that the branch asks for, or 0. */
  async #stream(abort: AbortController): Promise<number> {
    const { address, token, staleAfterMs = STALE_MS } = this.#options;
    const bearer = token?.();
    const headers: Record<string, string> = { Accept: 'text/event-stream' };
    if (bearer) headers.Authorization = `Bearer ${bearer}`;
    const watch = (): void => {
      clearTimeout(this.#stale);
      this.#stale = setTimeout(() => {
        this.#lose();
        abort.abort();
      }, staleAfterMs);
    };
    watch();
    const response = await fetch(address(), { headers, signal: abort.signal, cache: 'no-store' });
    if (response.status === 503 && navigator.onLine) return await this.#poll(abort, headers, problemOf(response, await response.text()));
    if (!response.ok) throw problemOf(response, await response.text());
    if (!response.body) return await this.#poll(abort, headers, null);
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    const events = new EventReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return 0;
      watch();
      for (const event of events.push(decoder.decode(value, { stream: true }))) {
        if (event.event === 'gone') {
          this.link = 'gone';
          this.close();
          return 0;
        }
        const said = JSON.parse(event.data) as T & Stamped;
        if (event.event === 'state') this.#take(said);
        else if (event.event === 'ping') this.#heard(said);
      }
    }
  }

  /** The branch has no room for another stream: ask for the state alone, and come back. */
  async #poll(abort: AbortController, headers: Record<string, string>, full: Problem | null): Promise<number> {
    const response = await fetch(this.#options.address(), { headers: { ...headers, Accept: 'application/json' }, signal: abort.signal, cache: 'no-store' });
    if (!response.ok) throw problemOf(response, await response.text());
    this.#take((await response.json()) as T & Stamped);
    return Math.max((full?.retryAfterS ?? 0) * 1_000, POLL_MS * (1 + Math.random()));
  }

  #take(state: T & Stamped): void {
    this.#heard(state);
    this.#options.onState?.(state);
    this.state = state;
  }

  #heard(said: Stamped): void {
    if (typeof said.now_ms === 'number') setBranchTime(said.now_ms);
    this.#heardMark = performance.now();
    this.heardAt = Date.now();
    this.#failures = 0;
    clearTimeout(this.#grace);
    this.#grace = undefined;
    this.link = 'live';
  }

  #lose(): void {
    clearTimeout(this.#grace);
    this.#grace = undefined;
    if (this.link === 'live' || this.link === 'opening') this.link = 'lost';
  }

  #sleep(ms: number | null): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === null ? undefined : setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
