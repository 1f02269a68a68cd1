import type { By, Day, Measure } from './ways';

/** How long something took, in seconds. */
export interface Spread {
  count: number;
  mean_s: number;
  p50_s: number;
  p90_s: number;
  longest_s: number;
}

/** What is counted of one group of visits. */
export interface Sums {
  asked: number;
  served: number;
  no_shows: number;
  abandoned: number;
  waiting: Spread;
  serving: Spread;
  on_site: Spread;
}

/** One group: a day, an hour, a service ... ; nothing in it where central has heard nothing. */
export interface Group {
  /** `2026-11-22`, 0 to 23, or the branch's number of it. */
  key: string | number;
  name: string | null;
  sums: Sums | null;
}

/** `GET /v1/branches/{id}/figures`. */
export interface Figures {
  branch: { id: number; name: string; zone: string | null };
  from: Day;
  to: Day;
  by: By;
  total: Sums;
  groups: Group[];
}

/** One bar of the chart: its parts lie on one another. */
export interface Bar {
  key: string;
  label: string;
  /** Nothing is known: not a zero. */
  gap: boolean;
  parts: number[];
  /** A stroke across it. */
  mark: number | null;
}

/** What the bars of a measure are made of, in the order in which they lie on one another. */
export const PARTS: Record<Measure, readonly string[]> = {
  visits: ['served', 'no-shows', 'abandoned', 'open'],
  waiting: ['p50', 'p90'],
  serving: ['p50', 'p90'],
  on_site: ['p50', 'p90'],
};

/** The bar of a group. Spans are in minutes; the second part reaches from the one to the other percentile. */
export function barOf(group: Group, measure: Measure, label: string): Bar {
  const bar = { key: String(group.key), label, gap: group.sums === null };
  if (!group.sums) return { ...bar, parts: [], mark: null };
  if (measure === 'visits') {
    const { asked, served, no_shows, abandoned } = group.sums;
    return { ...bar, parts: [served, no_shows, abandoned, Math.max(0, asked - served - no_shows - abandoned)], mark: null };
  }
  const { count, mean_s, p50_s, p90_s } = group.sums[measure];
  if (count === 0) return { ...bar, parts: [0, 0], mark: null };
  return { ...bar, parts: [p50_s / 60, Math.max(0, p90_s - p50_s) / 60], mark: mean_s / 60 };
}

export function heightOf(bar: Bar): number {
  return Math.max(bar.mark ?? 0, bar.parts.reduce((sum, part) => sum + part, 0));
}

/** Round figures for an axis that reaches at least so far: at most five steps, beginning at 0. */
export function ticks(highest: number): number[] {
  const most = Math.max(highest, 1);
  const power = 10 ** Math.floor(Math.log10(most / 4));
  const step = Math.max(1, [1, 2, 5, 10].map((each) => each * power).find((each) => most / each <= 4.5) ?? 10 * power);
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step);
}
