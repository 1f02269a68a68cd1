import { FALLBACK, language, PSEUDO } from '$shared/lib/i18n.svelte';
import type { Hours } from './settings';

export const DAY_MIN = 1_440;

/** `09:30`; the end of the day is `00:00` in a field for times. */
export function clock(minute: number): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${two(Math.floor(minute / 60) % 24)}:${two(minute % 60)}`;
}

/** Minutes since midnight; null for what is no time. `end` reads midnight as the end of the day. */
export function minuteOf(text: string, end = false): number | null {
  const found = /^(\d{2}):(\d{2})/.exec(text);
  if (!found) return null;
  const minute = Number(found[1]) * 60 + Number(found[2]);
  return end && minute === 0 ? DAY_MIN : minute;
}

/** Monday first, in the language shown. */
export function weekdays(width: 'long' | 'short'): string[] {
  const format = new Intl.DateTimeFormat(language() === PSEUDO ? FALLBACK : language(), { weekday: width, timeZone: 'UTC' });
  // 5 January 1970 was a Monday.
  return Array.from({ length: 7 }, (_, day) => format.format((4 + day) * 86_400_000));
}

export const WORKDAYS: Hours = Array.from({ length: 7 }, (_, day) => (day < 5 ? [[540, 1_020]] : []));

/** Minutes in which it is open in a week. */
export function minutesAWeek(hours: Hours): number {
  return hours.flat().reduce((sum, [from, to]) => sum + Math.max(0, to - from), 0);
}
