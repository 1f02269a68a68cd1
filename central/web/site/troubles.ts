import { t } from '$shared/lib/i18n.svelte';
import type { Trouble } from './screen';

/** Something said, and in which language it is if that is not the page's. */
export interface Sentence {
  text: string;
  lang: string | undefined;
}

/** What the page says in its own place already: that a branch is not heard, not yet, or never was. */
const SAID_BY_STANDING = new Set(['cut_off', 'not_heard_yet', 'never_heard']);

/** By its code: what is amiss, and what to do. */
const KNOWN: Record<string, readonly [what: string, remedy: string]> = {
  'paper-out': ['central-amiss-paper-out', 'central-do-roll'],
  'paper-near-end': ['central-amiss-paper-near-end', 'central-do-roll-soon'],
  'cover-open': ['central-amiss-cover-open', 'central-do-close'],
  cutter: ['central-amiss-cutter', 'central-do-free'],
  jam: ['central-amiss-jam', 'central-do-free'],
  'ticket-not-taken': ['central-amiss-ticket-not-taken', 'central-do-take'],
  'head-hot': ['central-amiss-head-hot', 'central-do-cool'],
  blocked: ['central-amiss-blocked', 'central-do-switch'],
  'no-answer': ['central-amiss-no-answer', 'central-do-cable'],
  paused: ['central-amiss-paused', 'central-do-switch'],
  broken: ['central-amiss-broken', 'central-do-service'],
  'port-missing': ['central-amiss-port-missing', 'central-do-cable'],
  'port-busy': ['central-amiss-port-busy', 'central-do-technician'],
  'port-denied': ['central-amiss-port-denied', 'central-do-technician'],
  'port-unusable': ['central-amiss-port-unusable', 'central-do-technician'],
  'port-gone': ['central-amiss-port-gone', 'central-do-cable'],
  'wrong-device': ['central-amiss-wrong-device', 'central-do-technician'],
  'crc-errors': ['central-amiss-crc-errors', 'central-do-cable'],
  'ring-overflow': ['central-amiss-ring-overflow', 'central-do-technician'],
  tampered: ['central-amiss-tampered', 'central-do-case'],
  'key-stuck': ['central-amiss-key-stuck', 'central-do-service'],
  clock_untrusted: ['central-amiss-clock-untrusted', 'central-do-clock'],
  slips_missing: ['central-amiss-slips-missing', 'central-do-ask'],
  disk_failing: ['central-amiss-disk-failing', 'central-do-technician'],
  disk_full: ['central-amiss-disk-full', 'central-do-disk'],
  disk_nearly_full: ['central-amiss-disk-nearly-full', 'central-do-disk'],
  database_damaged: ['central-amiss-database-damaged', 'central-do-backup'],
  database_large: ['central-amiss-database-large', 'central-do-technician'],
  database_log_large: ['central-amiss-database-log-large', 'central-do-technician'],
  long_wait: ['central-amiss-long-wait', 'central-do-counter'],
  other_protocol: ['central-amiss-other-protocol', 'central-do-update'],
};

/** What is left to tell. */
export function toldApart(troubles: Trouble[]): Trouble[] {
  return troubles.filter((each) => !SAID_BY_STANDING.has(each.code));
}

/** What is amiss, in the page's language where it knows the code, else in the server's own words. */
export function sentenceOf(trouble: Trouble): Sentence {
  const known = KNOWN[trouble.code];
  if (!known) return { text: trouble.message, lang: 'en' };
  return { text: t(known[0], { name: trouble.name || trouble.subject }), lang: undefined };
}

/** What to do about it. */
export function remedyOf(trouble: Trouble): Sentence | null {
  const known = KNOWN[trouble.code];
  if (known) return { text: t(known[1]), lang: undefined };
  return trouble.remedy ? { text: trouble.remedy, lang: 'en' } : null;
}
