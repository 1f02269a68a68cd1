import { call, Problem, type CallOptions } from '$shared/lib/api';
import { keepInTab, keptInTab } from '$shared/lib/kept';
import { signedIn, signOut, type Operator } from '$shared/lib/session';
import { merged, same } from './merge';
import type { Check, Settings, Step } from './settings';
import { sectionOf, type Section } from './ways';

/** Whom a change would hit. */
export interface Hit {
  message: string;
  remedy: string;
  forbids: boolean;
}

/** Somebody else has changed the settings meanwhile. */
export interface Conflict {
  version: number;
  theirs: Settings;
  /** Mine over theirs. */
  ours: Settings;
  clashes: string[];
  steps: Step[];
}

interface Whole {
  version: number;
  settings: Settings;
}

interface Verdict {
  version: number;
  errors: { path: string; message: string }[];
  hits: Hit[];
}

/** Where a draft outlives a reload; it has no passwords in it. */
const DRAFT = 'anteroom.draft';

/** How often the branch is asked what is amiss: also what tells that it is out of reach. */
const CHECKS_EVERY_MS = 10_000;

/** How long "saved" stands there. */
const SAVED_FOR_MS = 4_000;

/** Steps of the history that are read to tell what a colleague changed. */
const STEPS_READ = 20;

/** The administration of one branch: the settings in force, the draft on top of them, and what is amiss. */
export class Office {
  door = $state<'opening' | 'sign-in' | 'forbidden' | 'away' | 'open'>('opening');
  /** Signed out by the branch, not by a person. */
  ended = $state(false);
  operator = $state.raw<Operator | null>(null);
  draft = $state<Settings | null>(null);
  base = $state.raw<Settings | null>(null);
  version = $state(0);
  checks = $state.raw<Check[] | null>(null);
  /** The last question was not answered. */
  away = $state(false);
  saving = $state(false);
  saved = $state(false);
  errors = $state.raw<{ path: string; message: string }[]>([]);
  /** Why the last save was refused, in whole. */
  fault = $state.raw<Problem | null>(null);
  /** What has to be looked at before saving. */
  hits = $state.raw<Hit[] | null>(null);
  conflict = $state.raw<Conflict | null>(null);
  /** The sections that the draft changes. */
  readonly changed: Section[] = $derived.by(() => this.#changes());

  #timer: ReturnType<typeof setTimeout> | undefined;
  #savedTimer: ReturnType<typeof setTimeout> | undefined;

  /** Asks the branch as who is signed in; throws a `Problem`. */
  async ask<T>(path: string, options: CallOptions = {}): Promise<T> {
    const token = signedIn();
    try {
      const answer = await call<T>(path, { ...options, token });
      this.away = false;
      return answer;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.away = error.status === 0;
      if (error.status === 401 && token === signedIn()) {
        this.ended = true;
        this.door = 'sign-in';
        this.#rest();
      }
      throw error;
    }
  }

  /** Opens the page with what is in force, and with the draft that this tab has kept. */
  async open(): Promise<void> {
    if (signedIn() === null) {
      this.door = 'sign-in';
      return;
    }
    try {
      const { operator } = await this.ask<{ operator: Operator }>('/v1/me');
      this.operator = operator;
      if (!operator.rights.includes('administration')) {
        this.door = 'forbidden';
        return;
      }
      if (!this.draft) this.#begin(await this.ask<Whole>('/v1/settings'));
      this.door = 'open';
      this.ended = false;
      void this.look();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status !== 401) this.door = error.status === 403 ? 'forbidden' : 'away';
    }
  }

  #begin(whole: Whole): void {
    const kept = this.#kept();
    this.base = kept?.base ?? whole.settings;
    this.version = kept?.version ?? whole.version;
    this.draft = kept?.draft ?? structuredClone(whole.settings);
  }

  #kept(): { version: number; base: Settings; draft: Settings } | null {
    try {
      return JSON.parse(keptInTab(DRAFT) ?? 'null');
    } catch {
      return null;
    }
  }

  /** Keeps the draft for a reload; called whenever it changes. */
  keepDraft(): void {
    if (!this.draft || !this.base) return;
    const { version, base, draft } = this;
    keepInTab(DRAFT, this.changed.length === 0 ? null : JSON.stringify({ version, base, draft }));
  }

  #changes(): Section[] {
    if (!this.draft || !this.base) return [];
    const now: Settings = this.draft;
    const before: Settings = this.base;
    const names = Object.keys({ ...now, ...before }).filter((name) => !same($state.snapshot(now[name]), before[name]));
    return [...new Set(names.map((name) => sectionOf(`/${name}`)))];
  }

  /** What is amiss; asks again now and then while the page is open. */
  async look(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      if (document.visibilityState === 'visible') this.checks = await this.ask<Check[]>('/v1/checks');
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
    if (this.door === 'open') this.#timer = setTimeout(() => void this.look(), CHECKS_EVERY_MS);
  }

  #rest(): void {
    clearTimeout(this.#timer);
  }

  /** What is wrong with this place of the draft. */
  faultAt(path: string): string | null {
    return this.errors.find((each) => each.path === path)?.message ?? null;
  }

  /** Those that the draft takes away, as they were called. */
  get removed(): { section: Section; id: number }[] {
    const { base, draft } = this;
    if (!base || !draft) return [];
    return (['services', 'groups', 'counters', 'operators', 'languages', 'surveys'] as const).flatMap((list) =>
      base[list].filter((each) => !draft[list].some((other) => other.id === each.id)).map(({ id }) => ({ section: sectionOf(`/${list}`), id, list })),
    );
  }

  /** Saves the draft; unless `confirmed`, first looks whom it would hit. */
  async save(confirmed = false): Promise<void> {
    if (!this.draft || this.saving || this.changed.length === 0) return;
    const sent = $state.snapshot(this.draft) as Settings;
    this.saving = true;
    this.saved = false;
    this.errors = [];
    this.fault = null;
    this.hits = null;
    try {
      if (!confirmed) {
        const verdict = await this.ask<Verdict>('/v1/settings/check', { body: sent });
        this.errors = verdict.errors;
        if (verdict.errors.length > 0) return;
        if (verdict.version !== this.version) return await this.#meanwhile(sent);
        if (verdict.hits.length > 0 || this.removed.length > 0) {
          this.hits = verdict.hits;
          return;
        }
      }
      const { version } = await this.ask<{ version: number }>('/v1/settings', { method: 'PUT', body: sent, ifMatch: String(this.version) });
      this.base = sent;
      this.version = version;
      this.saved = true;
      clearTimeout(this.#savedTimer);
      this.#savedTimer = setTimeout(() => (this.saved = false), SAVED_FOR_MS);
      void this.look();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === 'changed_meanwhile') await this.#meanwhile(sent);
      else if (error.status === 422) this.errors = error.errors;
      else if (error.code === 'in_use') this.hits = error.errors as unknown as Hit[];
      else if (error.status !== 401) this.fault = error;
    } finally {
      this.saving = false;
    }
  }

  /** Learns what the other one changed, and lays this draft over it. */
  async #meanwhile(sent: Settings): Promise<void> {
    try {
      const [whole, steps] = await Promise.all([this.ask<Whole>('/v1/settings'), this.ask<Step[]>(`/v1/settings/history?limit=${STEPS_READ}`)]);
      const { value, clashes } = merged(this.base ?? whole.settings, sent, whole.settings);
      const since = steps.filter((step) => step.version > this.version);
      this.conflict = { version: whole.version, theirs: whole.settings, ours: value, clashes, steps: since };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.fault = error;
    }
  }

  /** Goes on from theirs, with my changes on top or without them. */
  settle(mine: boolean): void {
    if (!this.conflict) return;
    const { version, theirs, ours } = this.conflict;
    this.base = theirs;
    this.version = version;
    this.draft = structuredClone(mine ? ours : theirs);
    this.conflict = null;
  }

  /** Drops the draft, and reads what is in force. */
  discard(): void {
    if (!this.base) return;
    this.draft = structuredClone(this.base);
    this.errors = [];
    this.fault = null;
    void this.refresh();
  }

  /** Takes what is in force now, where there is no draft to lose. */
  async refresh(): Promise<void> {
    if (this.changed.length > 0) return;
    try {
      const whole = await this.ask<Whole>('/v1/settings');
      if (this.changed.length > 0 || whole.version === this.version) return;
      this.base = whole.settings;
      this.version = whole.version;
      this.draft = structuredClone(whole.settings);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }

  /** Puts a former version into the draft; it is in force when it is saved. */
  restore(settings: Settings): void {
    this.draft = structuredClone(settings);
    this.errors = [];
  }

  leave(): void {
    this.#rest();
    this.draft = null;
    this.base = null;
    this.checks = null;
    this.operator = null;
    this.errors = [];
    keepInTab(DRAFT, null);
    signOut();
    this.door = 'sign-in';
  }
}
