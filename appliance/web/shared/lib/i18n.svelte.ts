import { FluentBundle, FluentResource, type FluentVariable } from '@fluent/bundle';

/** A loader for the texts of each language; what `virtual:texts/PAGE` gives. */
export type Sources = Record<string, () => Promise<{ default: string }>>;

/** The language whose text stands in where another one has none. */
export const FALLBACK = 'en-gb';

/** Accented, lengthened English: shows what is not translated and what does not fit. */
export const PSEUDO = 'en-xa';

const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'he', 'ur', 'ps', 'sd', 'ug', 'yi', 'dv', 'ckb']);

const shown = $state({ code: FALLBACK, ready: false });
let bundle = $state.raw<FluentBundle | null>(null);
let others = $state.raw<Record<string, FluentBundle | null>>({});
let sources: Sources = {};

/** The language shown, as the branch writes its code (`en-gb`). */
export function language(): string {
  return shown.code;
}

/** Whether the texts are there; before that a page shows nothing that speaks. */
export function textsReady(): boolean {
  return shown.ready;
}

/** A text of the page, in the language shown. */
export function t(id: string, args?: Record<string, FluentVariable>): string {
  const value = bundle?.getMessage(id)?.value;
  if (bundle && value) return bundle.formatPattern(value, args ?? null, []);
  if (shown.ready) console.error(`no text: ${id}`);
  return `⟦${id}⟧`;
}

/** A text in a language that is not the one shown; `loadTexts` comes first. */
export function tIn(code: string, id: string): string {
  const other = others[textsOf(code.toLowerCase())];
  const value = other?.getMessage(id)?.value;
  return other && value ? other.formatPattern(value, null, []) : t(id);
}

/** Loads the texts of several languages, for a screen that greets in all of them. */
export async function loadTexts(codes: string[]): Promise<void> {
  const keys = [...new Set(codes.map((code) => textsOf(code.toLowerCase())))];
  const made = await Promise.all(keys.map(load));
  others = Object.fromEntries(keys.map((key, index) => [key, made[index] ?? null]));
}

/** The same without the invisible marks around values: for titles, notifications, speech. */
export function plain(id: string, args?: Record<string, FluentVariable>): string {
  return t(id, args).replace(/[\u2068\u2069]/g, '');
}

/** One of the branch's own texts, which come in all of its languages. */
export function own(texts: Record<string, string> | null | undefined, code: string = shown.code): string {
  if (!texts) return '';
  return texts[code] ?? texts[code.split('-')[0] ?? ''] ?? texts[FALLBACK] ?? Object.values(texts)[0] ?? '';
}

/** What says the page's texts in one language, whatever is shown: for a screen that speaks several at once. */
export async function voice(code: string): Promise<(id: string, args?: Record<string, FluentVariable>) => string> {
  const spoken = (await Promise.all([textsOf(code), FALLBACK].map(load))).filter((bundle) => bundle !== null);
  return (id, args) => {
    for (const bundle of spoken) {
      const value = bundle.getMessage(id)?.value;
      if (value) return bundle.formatPattern(value, args ?? null, []);
    }
    return t(id, args);
  };
}

export function direction(code: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.has(code.split('-')[0] ?? '') ? 'rtl' : 'ltr';
}

/** Says where the texts come from, shows the first language, and waits until it is there. */
export async function startTexts(from: Sources, code: string): Promise<void> {
  sources = from;
  await showLanguage(code);
}

/** Shows another language: texts, `lang` and `dir` of the page. Where its texts do not come, what is shown stays; the next wish asks again. */
export async function showLanguage(code: string): Promise<void> {
  const wanted = code.toLowerCase();
  let made: FluentBundle | null;
  try {
    made = await load(textsOf(wanted));
  } catch (fault) {
    if (!shown.ready) throw fault;
    return;
  }
  // A language that the product does not speak still shows the branch's own texts in it.
  shown.code = wanted;
  bundle = made;
  shown.ready = true;
  const asked = new URLSearchParams(location.search).get('dir');
  document.documentElement.lang = wanted;
  document.documentElement.dir = asked === 'rtl' || asked === 'ltr' ? asked : direction(wanted);
}

/** The key of the texts for a language: its own, or a relative's (`de-at` has `de`). */
function textsOf(code: string): string {
  if (code === PSEUDO || code in sources) return code;
  const stem = code.split('-')[0] ?? '';
  return Object.keys(sources).find((each) => each === stem || each.split('-')[0] === stem) ?? FALLBACK;
}

const loaded = new Map<string, Promise<FluentBundle | null>>();

function load(code: string): Promise<FluentBundle | null> {
  let made = loaded.get(code);
  if (!made) {
    made = fetchBundle(code);
    loaded.set(code, made);
    void made.catch(() => loaded.delete(code));
  }
  return made;
}

async function fetchBundle(code: string): Promise<FluentBundle | null> {
  const source = sources[code === PSEUDO ? FALLBACK : code];
  if (!source) return null;
  const text = (await source()).default;
  const options = code === PSEUDO ? { transform: (await import('./pseudo')).pseudo } : {};
  const made = new FluentBundle(code === PSEUDO ? FALLBACK : code, options);
  made.addResource(new FluentResource(text));
  return made;
}

/** What a visitor's page speaks first: its ticket's language, `?lang`, what was chosen before, the browser's, the branch's. */
export function chooseLanguage(offered: string[], wishes: (string | null | undefined)[]): string {
  for (const wish of wishes) {
    const wanted = wish?.toLowerCase();
    if (!wanted) continue;
    if (wanted === PSEUDO) return PSEUDO;
    const stem = wanted.split('-')[0];
    const found = offered.find((code) => code.toLowerCase() === wanted) ?? offered.find((code) => code.toLowerCase().split('-')[0] === stem);
    if (found) return found.toLowerCase();
  }
  return offered[0]?.toLowerCase() ?? FALLBACK;
}

/** The language whose habits figures and times follow. */
const habits = (code: string): string => (code === PSEUDO ? FALLBACK : code);

/** A number in the digits of the language shown, or of the one that speaks. */
export function count(value: number, code = shown.code): string {
  return new Intl.NumberFormat(habits(code)).format(value);
}

/** Several things in a row, with the comma of the language shown. */
export function listed(words: string[]): string {
  return words.join(shown.code.split('-')[0] === 'ar' ? '\u060c ' : ', ');
}

/** The time of day at the branch, as the language shown writes it, or the one that speaks. */
export function timeOfDay(ms: number, zone?: string, code = shown.code): string {
  const format = { hour: '2-digit', minute: '2-digit', ...(zone ? { timeZone: zone } : {}) } as const;
  return new Intl.DateTimeFormat(habits(code), format).format(ms);
}

/** Day and time at the branch. */
export function dayAndTime(ms: number, zone?: string): string {
  const format = { weekday: 'long', hour: '2-digit', minute: '2-digit', ...(zone ? { timeZone: zone } : {}) } as const;
  return new Intl.DateTimeFormat(habits(shown.code), format).format(ms);
}

/** A span as a stopwatch shows it: `4:07`, `1:02:09`. */
export function stopwatch(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1_000));
  const two = (n: number): string => String(n).padStart(2, '0');
  const hours = Math.floor(s / 3_600);
  return hours > 0 ? `${hours}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : `${Math.floor(s / 60)}:${two(s % 60)}`;
}
