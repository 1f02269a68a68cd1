/** Milliseconds before the first try again. */
const FIRST_MS = 1_000;

/** The longest pause: thousands of phones that lost a branch come back spread over this time. */
const LONGEST_MS = 30_000;

/** How long to wait after the n-th failure in a row (from 0): doubled each time, bounded, and spread by chance. */
export function pauseMs(failures: number, chance: number = Math.random()): number {
  const doubled = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 20));
  return Math.round(doubled * (0.5 + chance));
}
