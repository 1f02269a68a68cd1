// One visit, from the scanned code to good-bye: what this phone holds, and what it does about it.
import { allowSound, buzz, chime, stayAwake } from '$shared/lib/alert';
import { newKey, Problem } from '$shared/lib/api';
import { branchNow, shownNow } from '$shared/lib/clock.svelte';
import { chooseLanguage, language, showLanguage } from '$shared/lib/i18n.svelte';
import { keep, keepInTab, kept, keptInTab } from '$shared/lib/kept';
import { PRODUCT_LANGUAGES } from '$shared/lib/languages';
import { Live } from '$shared/lib/live.svelte';
import * as rest from './rest';
import { callName, isOpen, steady, viewOf, type PhoneState, type Span, type View } from './view';

const TICKET = 'anteroom.ticket';
const LANGUAGE = 'anteroom.phone.language';
const PURCHASE = 'anteroom.purchase';
const SKIPPED = 'anteroom.skipped';

/** How often the menu is asked for while somebody chooses: queues move. */
const MENU_EVERY_MS = 20_000;

/** A call is heard again until the phone's owner looks up. */
const CHIMES = 3;
const CHIME_EVERY_MS = 6_000;

/** How long a note about a changed place stays. */
const NOTE_MS = 45_000;

/** Statuses of tickets, in the vendor's numbers, that something may still happen to. */
const OPEN_STATUSES = [10, 20, 30, 40, 60, 70, 100];

/** Why there is nothing to show but a sentence. */
export type Trouble = 'no-key' | 'expired' | 'bad-key' | 'key-used' | 'switched-off' | 'not-configured' | 'unknown-ticket' | 'unreachable';

const params = new URLSearchParams(location.search);

export function languageWishes(): (string | null)[] {
  return [keptInTab(LANGUAGE), params.get('lang'), kept(LANGUAGE), ...navigator.languages];
}

class Visit {
  key = $state<string | null>(params.get('key'));
  token = $state<string | null>(null);
  trouble = $state<Trouble | null>(null);
  profile = $state.raw<rest.Profile | null>(null);
  /** A ticket of this phone that is still open, when another code was scanned. */
  held = $state.raw<{ token: string; label: string } | null>(null);
  /** The last change of place that wants a word. */
  note = $state<'ahead-of-you' | 'back-in-line' | 'transferred' | null>(null);
  span = $state.raw<Span | null>(null);
  soundAsked = $state(false);
  skipped = $state(false);

  readonly live = new Live<PhoneState>({
    address: () => `./screen?ticket=${encodeURIComponent(this.token ?? '')}`,
    onState: (state) => this.#heard(state),
  });

  #menuTimer: ReturnType<typeof setInterval> | undefined;
  #chimes: ReturnType<typeof setInterval> | undefined;
  #noteTimer: ReturnType<typeof setTimeout> | undefined;
  #told: string | null = null;
  #nearlyTold = false;

  readonly ticket = $derived(this.live.state?.ticket ?? null);
  readonly view = $derived.by<View | null>(() => (this.ticket ? viewOf(this.ticket, shownNow(), this.skipped) : null));
  readonly menu = $derived.by<rest.Menu | null>(() => {
    const menus = this.profile?.profile.content ?? [];
    return menus.find((each) => each.id.toLowerCase() === language()) ?? menus.find((each) => each.id === this.profile?.profile.lang) ?? menus[0] ?? null;
  });
  readonly languages = $derived.by<{ code: string; name: string }[]>(() => {
    const menus = this.profile?.profile.content;
    if (menus) return menus.map((each) => ({ code: each.id.toLowerCase(), name: each.description }));
    const codes = this.ticket ? Object.keys(this.ticket.service.names) : PRODUCT_LANGUAGES.map((each) => each.code);
    return codes.map((code) => ({ code: code.toLowerCase(), name: nameOf(code) }));
  });

  async begin(): Promise<void> {
    const ticket = params.get('ticket');
    if (ticket) {
      this.#hold(ticket);
      return;
    }
    if (this.key) {
      await this.#openMenu(this.key);
      return;
    }
    const before = kept(TICKET);
    if (before) this.#hold(before);
    else this.trouble = 'no-key';
  }

  /** Shows another ticket of this phone. */
  resume(token: string): void {
    this.#hold(token);
  }

  async retry(): Promise<void> {
    this.trouble = null;
    if (this.token) this.live.reopen();
    else await this.begin();
  }

  async speak(code: string): Promise<void> {
    keep(LANGUAGE, code);
    keepInTab(LANGUAGE, code);
    await showLanguage(code);
  }

  /** Takes a ticket for a service or a booking's code. Throws a `Problem` for what can be mended in place. */
  async take(wish: { service: number } | { code: string }, idempotencyKey: string): Promise<void> {
    if (!this.key || !this.menu) return;
    allowSound();
    const purchase: rest.Purchase = { key: this.key, idempotencyKey, lang: this.menu.langID, ...wish };
    await this.#buy(purchase);
  }

  async #buy(purchase: rest.Purchase): Promise<void> {
    keepInTab(PURCHASE, JSON.stringify(purchase));
    try {
      this.#hold(await rest.buy(purchase));
      keepInTab(PURCHASE, null);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.lost) throw error;
      keepInTab(PURCHASE, null);
      const trouble = troubleOf(error);
      if (!trouble || trouble === 'unreachable') throw error;
      this.#stopMenu();
      this.trouble = trouble;
    }
  }

  async giveUp(comment: string, key: string): Promise<void> {
    if (this.token) await rest.giveUp(this.token, comment, key);
  }

  async putBack(key: string): Promise<void> {
    if (!this.token) return;
    await rest.putBack(this.token, key);
    this.#say('back-in-line');
  }

  skip(): void {
    if (this.token) keep(SKIPPED, this.token);
    this.skipped = true;
  }

  allowSound(): void {
    allowSound();
    this.soundAsked = true;
    chime();
  }

  /** Number and counter have been seen: the phone is quiet again. */
  quiet(): void {
    clearInterval(this.#chimes);
    this.#chimes = undefined;
  }

  async #openMenu(key: string): Promise<void> {
    try {
      const lost = keptInTab(PURCHASE);
      const purchase = lost ? (JSON.parse(lost) as rest.Purchase) : null;
      // The page was loaded again before the answer came: the ticket may have been made.
      if (purchase?.key === key) {
        await this.#buy(purchase);
        return;
      }
      await rest.init(key);
      this.profile = await rest.profile(key);
      const offered = this.profile.profile.content.map((each) => each.id);
      const code = chooseLanguage(offered, [...languageWishes(), this.profile.profile.lang]);
      if (code !== language()) await showLanguage(code);
      clearInterval(this.#menuTimer);
      this.#menuTimer = setInterval(() => void this.#freshMenu(key), MENU_EVERY_MS);
      await this.#look(kept(TICKET));
    } catch (error) {
      this.trouble = error instanceof Problem ? (troubleOf(error) ?? 'bad-key') : 'unreachable';
    }
  }

  async #freshMenu(key: string): Promise<void> {
    if (document.visibilityState === 'hidden') return;
    try {
      this.profile = await rest.profile(key);
    } catch (error) {
      const trouble = error instanceof Problem ? troubleOf(error) : null;
      if (!trouble || trouble === 'unreachable') return;
      this.#stopMenu();
      this.trouble = trouble;
    }
  }

  async #look(token: string | null): Promise<void> {
    if (!token) return;
    try {
      const found = await rest.status(token);
      if (OPEN_STATUSES.includes(found.status)) this.held = { token, label: found.number };
    } catch {
      // Whatever it was, it is no reason to stop somebody who takes a ticket.
    }
  }

  #hold(token: string): void {
    this.#stopMenu();
    this.token = token;
    this.key = null;
    this.held = null;
    this.skipped = kept(SKIPPED) === token;
    keep(TICKET, token);
    const address = new URL(location.href);
    for (const name of ['key', 'ticket']) address.searchParams.delete(name);
    address.searchParams.set('ticket', token);
    history.replaceState(null, '', address);
    stayAwake(true);
    this.live.reopen();
  }

  #stopMenu(): void {
    clearInterval(this.#menuTimer);
  }

  #heard(state: PhoneState): void {
    const before = this.live.state?.ticket;
    const { ticket } = state;
    if (!before) {
      const code = chooseLanguage(Object.keys(ticket.service.names), [keptInTab(LANGUAGE), params.get('lang'), ticket.language]);
      if (code !== language()) void showLanguage(code);
    }
    this.span = steady(this.span, ticket.state === 'waiting' ? ticket.estimate_min : null);
    if (before?.state === 'waiting' && ticket.state === 'waiting') {
      if (ticket.transferred && before.service.id !== ticket.service.id) this.#say('transferred');
      else if ((ticket.position ?? 0) > (before.position ?? 0)) this.#say('ahead-of-you');
    } else if (before && before.state !== 'waiting' && ticket.state === 'waiting' && ticket.transferred) this.#say('transferred');
    if (ticket.state !== 'waiting') this.note = null;
    this.#call(callName(ticket));
    const nearly = viewOf(ticket, branchNow(), false) === 'nearly';
    if (before && nearly && !this.#nearlyTold) buzz();
    this.#nearlyTold = nearly;
    if (!isOpen(ticket)) {
      stayAwake(false);
      if (kept(TICKET) === this.token && ticket.outcome !== 'served') keep(TICKET, null);
    }
  }

  #call(name: string | null): void {
    if (name === this.#told) return;
    this.#told = name;
    this.quiet();
    if (!name) return;
    const ring = (): void => {
      chime();
      buzz();
    };
    ring();
    let rings = 1;
    this.#chimes = setInterval(() => {
      ring();
      rings += 1;
      if (rings >= CHIMES) this.quiet();
    }, CHIME_EVERY_MS);
  }

  #say(note: Visit['note']): void {
    this.note = note;
    clearTimeout(this.#noteTimer);
    this.#noteTimer = setTimeout(() => (this.note = null), NOTE_MS);
  }
}

/** The whole screen for a no, or nothing when a sentence beside the button does. */
function troubleOf(problem: Problem): Trouble | null {
  if (problem.lost) return 'unreachable';
  if (problem.status === 500) return 'not-configured';
  switch (problem.code) {
    case 'key_expired':
      return 'expired';
    case 'key_used':
      return 'key-used';
    case 'switched_off':
      return 'switched-off';
    case 'unknown_ticket':
      return 'unknown-ticket';
    case 'missing_key':
    case 'unknown_key':
      return 'bad-key';
    case 'unknown_profile':
      return 'not-configured';
    default:
      return problem.status === 403 ? 'expired' : null;
  }
}

function nameOf(code: string): string {
  const known = PRODUCT_LANGUAGES.find((each) => each.code === code.toLowerCase());
  if (known) return known.name;
  try {
    return new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}

export const visit = new Visit();

/** A fresh key for one question to the branch. */
export const ask = newKey;
