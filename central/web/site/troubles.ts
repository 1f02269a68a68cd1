import type { Trouble } from './screen';

/** Something said, and in which language it is if that is not the page's. */
export interface Sentence {
  text: string;
  lang: string | undefined;
}

/** What the page says in its own place already: that a branch is not heard, or never was. */
const SAID_BY_STANDING = new Set(['cut_off', 'never_heard']);

/** What is left to tell. */
export function toldApart(troubles: Trouble[]): Trouble[] {
  return troubles.filter((each) => !SAID_BY_STANDING.has(each.code));
}

/** What is amiss, in the page's language where it knows the code, else in central's own words. */
export function sentenceOf(trouble: Trouble): Sentence {
  return { text: trouble.message, lang: 'en' };
}

/** What to do about it. */
export function remedyOf(trouble: Trouble): Sentence | null {
  return trouble.remedy ? { text: trouble.remedy, lang: 'en' } : null;
}
