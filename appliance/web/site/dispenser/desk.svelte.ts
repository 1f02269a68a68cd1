// One visitor after another: what this dispenser shows, and what it does when it is touched.
import { call, newKey, Problem } from '$shared/lib/api';
import { branchNow } from '$shared/lib/clock.svelte';
import { FALLBACK, language, loadTexts, showLanguage } from '$shared/lib/i18n.svelte';
import { Live } from '$shared/lib/live.svelte';
import { screenToken } from '$shared/lib/screen-token';

export interface QrCode {
  size: number;
  path: string;
}

export interface ServiceOffer {
  id: number;
  tag: string;
  names: Record<string, string>;
  descriptions: Record<string, string>;
  state: 'open' | 'closed' | 'full' | 'disabled';
  opens_ms: number | null;
  waiting: number;
  estimate_min: number | null;
}

export interface GroupOffer {
  id: number;
  names: Record<string, string>;
  services: number[];
}

export interface DispenserState {
  now_ms: number;
  zone: string;
  build: string;
  branch: { id: number; name: string };
  languages: { id: number; code: string; name: string }[];
  standby_s: number;
  services: ServiceOffer[];
  groups: GroupOffer[];
  printer: { state: 'ready' | 'paper_low' | 'trouble' | 'offline' | 'none'; reasons: string[] };
  smart: { enabled: boolean; url: string; qr: QrCode; made_ms: number; expires_ms: number } | null;
  bookings: boolean;
  slips: { ticket: number; state: 'waiting' | 'printing' | 'printed' | 'failed' }[];
}

export interface Given {
  ticket: number;
  label: string;
  url: string | null;
  qr: QrCode | null;
  position: number | null;
  estimate_min: number | null;
  slip: boolean;
  service: ServiceOffer | null;
}

export type Step =
  | { at: 'attract' }
  | { at: 'menu'; group: GroupOffer | null; page: number }
  | { at: 'confirm'; service: ServiceOffer; key: string }
  | { at: 'code'; typed: string; key: string }
  | { at: 'given'; given: Given };

/** Touches in a row count once: a finger that shakes takes one ticket. */
const TOUCH_MS = 400;

/** How long "Are you still there?" waits for an answer. */
export const STILL_THERE_S = 20;

/** How long a number stays when the slip is in the visitor's hand, and when it has to be noted or scanned. */
export const PRINTED_S = 8;
export const UNPRINTED_S = 25;

/** Digits of a booking's code. */
export const CODE_DIGITS = 8;

class Desk {
  step = $state.raw<Step>({ at: 'attract' });
  busy = $state(false);
  fault = $state.raw<Problem | null>(null);
  /** Everything that has to be reached stands in the lower third. */
  low = $state(false);
  stillThere = $state(false);
  /** Seconds without a touch; at each step anew. */
  idleS = $state(0);

  readonly live = new Live<DispenserState>({
    address: () => '/v1/screens/dispenser',
    token: screenToken,
    staleAfterMs: 45_000,
    onState: (state) => this.#heard(state),
  });

  readonly state = $derived(this.live.state);
  /** The code to scan, as long as a phone that reads it now still finds it valid. */
  readonly freshSmart = $derived.by(() => {
    void this.idleS;
    const smart = this.state?.smart;
    return smart?.enabled && this.live.link === 'live' && branchNow() < smart.expires_ms ? smart : null;
  });

  #lastTouch = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #languages = '';
  readonly #asked = new URLSearchParams(location.search).get('lang');

  start(): () => void {
    this.live.open();
    this.#timer = setInterval(() => this.#second(), 1_000);
    return () => {
      clearInterval(this.#timer);
      this.live.close();
    };
  }

  /** Somebody is here: every touch counts, whatever it hits. */
  touched(): void {
    this.idleS = 0;
    this.stillThere = false;
  }

  /** Whether a touch is one of its own, and not the same finger again. */
  accepts(): boolean {
    const now = performance.now();
    if (now - this.#lastTouch < TOUCH_MS) return false;
    this.#lastTouch = now;
    return true;
  }

  go(step: Step): void {
    this.step = step;
    this.fault = null;
    this.idleS = 0;
    this.stillThere = false;
  }

  async begin(code: string): Promise<void> {
    if (code !== language()) await showLanguage(code);
    this.go({ at: 'menu', group: null, page: 0 });
  }

  /** The next visitor finds everything as it was: language, layout, nothing typed. */
  async reset(): Promise<void> {
    this.low = false;
    this.busy = false;
    this.go({ at: 'attract' });
    const first = this.#asked ?? this.state?.languages[0]?.code ?? FALLBACK;
    if (first.toLowerCase() !== language()) await showLanguage(first);
  }

  /** A service was touched: at once a ticket, unless there is something to say before. */
  choose(service: ServiceOffer): void {
    if (service.state !== 'open') return;
    const key = newKey();
    const printer = this.state?.printer.state;
    if (printer === 'trouble' || printer === 'offline') this.go({ at: 'confirm', service, key });
    else void this.take(service, key);
  }

  async take(service: ServiceOffer, key: string): Promise<void> {
    await this.#issue('/v1/dispenser/tickets', { service: service.id, language: this.#languageId() }, key, service);
  }

  async checkIn(typed: string, key: string): Promise<void> {
    await this.#issue('/v1/dispenser/check-in', { code: typed, language: this.#languageId() }, key, null);
  }

  async reprint(ticket: number): Promise<void> {
    try {
      await call(`/v1/dispenser/tickets/${ticket}/reprint`, { method: 'POST', body: {}, token: screenToken(), key: newKey() });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.fault = error;
    }
  }

  async #issue(path: string, body: unknown, key: string, service: ServiceOffer | null): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.fault = null;
    const before = this.step;
    try {
      const made = await call<Omit<Given, 'service'>>(path, { body, key, token: screenToken(), again: 2 });
      this.go({ at: 'given', given: { ...made, service } });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      // A no of the branch ends this question; a lost answer is asked for again with the same key.
      if (!error.lost && before.at === 'code') this.step = { ...before, typed: '', key: newKey() };
      else if (error.lost && service) this.step = { at: 'confirm', service, key };
      this.fault = error;
    } finally {
      this.busy = false;
    }
  }

  #languageId(): number {
    const languages = this.state?.languages ?? [];
    return (languages.find((each) => each.code.toLowerCase() === language()) ?? languages[0])?.id ?? 1;
  }

  #heard(state: DispenserState): void {
    const before = this.live.state;
    const codes = state.languages.map((each) => each.code);
    if (codes.join() !== this.#languages) {
      this.#languages = codes.join();
      // The branch may go away in this very moment: they are asked for again with its next word.
      loadTexts(codes).catch(() => (this.#languages = ''));
      if (!this.#asked && this.step.at === 'attract' && codes[0] && codes[0].toLowerCase() !== language()) void showLanguage(codes[0]);
    }
    // A new build of the pages is taken over while nobody stands here.
    if (before && before.build !== state.build && this.step.at === 'attract') location.reload();
  }

  #second(): void {
    this.idleS += 1;
    const standby = Math.max(10, this.state?.standby_s ?? 30);
    switch (this.step.at) {
      case 'attract':
        return;
      case 'given': {
        const slip = this.slip(this.step.given);
        if (!this.stillThere && this.idleS >= (slip === 'printed' ? PRINTED_S : UNPRINTED_S)) void this.reset();
        return;
      }
      case 'menu':
      case 'confirm':
      case 'code':
        if (this.busy) return;
        if (this.stillThere && this.idleS >= standby + STILL_THERE_S) void this.reset();
        else if (!this.stillThere && this.idleS >= standby) this.stillThere = true;
    }
  }

  /** How the slip of this ticket fares. */
  slip(given: Given): 'none' | 'coming' | 'printed' | 'failed' {
    if (!given.slip) return 'none';
    switch (this.state?.slips.find((each) => each.ticket === given.ticket)?.state) {
      case 'printed':
        return 'printed';
      case 'failed':
        return 'failed';
      default:
        return this.state?.printer.state === 'trouble' || this.state?.printer.state === 'offline' ? 'failed' : 'coming';
    }
  }
}

export const desk = new Desk();
