import { count, language, PSEUDO, FALLBACK, t, timeOfDay } from '$shared/lib/i18n.svelte';
import type { BranchLine, Line } from './screen';
import { dayAt } from './spans';

/** How a branch stands, in the word that is shown for it. */
export type Standing = 'well' | 'look' | 'trouble' | 'urgent' | 'awaited' | 'away' | 'never';

const BY_SEVERITY: readonly Standing[] = ['well', 'look', 'trouble', 'urgent'];

export function standingOf(branch: Pick<BranchLine, 'word' | 'severity'>): Standing {
  if (branch.word === 'never') return 'never';
  if (branch.word === 'cut_off') return 'away';
  if (branch.word === 'awaited') return 'awaited';
  return BY_SEVERITY[branch.severity] ?? 'urgent';
}

/** Whether what is shown is how it was at the branch's last word. */
export function isOfThen(standing: Standing): boolean {
  return standing === 'away' || standing === 'awaited';
}

/** Whether somebody ought to do something about it. */
export function isAlarm(standing: Standing): boolean {
  return standing === 'trouble' || standing === 'urgent' || standing === 'away';
}

/** The language whose ways of writing times and numbers are meant. */
export function written(): string {
  return language() === PSEUDO ? FALLBACK : language();
}

/** How long the one has waited who waits longest; of a branch that is out of reach, how long it was then. */
export function longestMs(line: Pick<Line, 'longest_since_ms'>, branch: Pick<BranchLine, 'word' | 'heard_ms'>, nowMs: number): number | null {
  if (line.longest_since_ms === null) return null;
  const at = branch.word === 'connected' ? nowMs : (branch.heard_ms ?? nowMs);
  return Math.max(0, at - line.longest_since_ms);
}

/** A span in words: `45 s`, `12 min`, `1 h 05 min`; a dash where there is none. */
export function span(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return '\u2013';
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return t('central-seconds', { seconds: count(s) });
  const minutes = Math.round(s / 60);
  if (minutes < 60) return t('central-minutes', { minutes: count(minutes) });
  return t('central-hours', { hours: count(Math.floor(minutes / 60)), minutes: count(minutes % 60) });
}

export function spanMs(ms: number | null | undefined): string {
  return span(ms === null || ms === undefined ? ms : ms / 1_000);
}

/** How long ago, in words. */
export function ago(seconds: number): string {
  const format = new Intl.RelativeTimeFormat(written(), { numeric: 'always' });
  if (seconds < 10) return t('central-just-now');
  if (seconds < 90) return format.format(-Math.round(seconds), 'second');
  if (seconds < 90 * 60) return format.format(-Math.round(seconds / 60), 'minute');
  if (seconds < 36 * 3_600) return format.format(-Math.round(seconds / 3_600), 'hour');
  return format.format(-Math.round(seconds / 86_400), 'day');
}

/** When that was, by the branch's own clock: the time, and the day where it is not today's. */
export function moment(ms: number, zone: string | null, nowMs: number): string {
  if (dayAt(ms, zone) === dayAt(nowMs, zone)) return timeOfDay(ms, zone ?? undefined);
  return new Intl.DateTimeFormat(written(), { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', ...(zone ? { timeZone: zone } : {}) }).format(ms);
}

/** Words that are read from the right, in a picture that is laid out from the left. */
export function fromTheRight(text: string): string {
  return `\u2067${text}\u2069`;
}
