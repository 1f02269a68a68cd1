import type { BranchLine } from './screen';
import type { Day } from './ways';

/** The day that a moment is on, where the branch stands. */
export function dayAt(ms: number, zone: string | null): Day {
  // Swedish writes dates as ISO does.
  return new Intl.DateTimeFormat('sv-SE', { year: 'numeric', month: '2-digit', day: '2-digit', ...(zone ? { timeZone: zone } : {}) }).format(ms);
}

/** The day that is today's at a branch: one that is there says so itself, and after midnight it may still be yesterday's. */
export function businessDay(calendar: Day, branch: Pick<BranchLine, 'word' | 'day'> | null): Day {
  const day = branch?.word === 'connected' && branch.day ? String(branch.day).replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3') : calendar;
  return day === plusDays(calendar, -1) ? day : calendar;
}

/** The day so many days later, by the calendar: no clock is set forward or back in it. */
export function plusDays(day: Day, days: number): Day {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** How many days a span has, with the first and the last. */
export function daysIn(from: Day, to: Day): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000) + 1;
}
