import type { By, Day, Measure } from './ways';

/** How long something took, in seconds; of no case there is no time. */
export interface Spread {
  count: number;
  mean_s: number | null;
  p50_s: number | null;
  p90_s: number | null;
  longest_s: number | null;
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

/** One group: a day, an hour, a service ... */
export interface Group {
  /** `2026-11-22`, `0` to `23`, or the branch's number of it. */
  key: string;
  /** Where it has one that central knows. */
  name: string;
  /** Nothing of a day of which the branch has not told, nor of an hour in which nobody came. */
  figures: Sums | null;
}

/** `GET /v1/branches/{id}/figures`. */
export interface Figures {
  branch: { id: number; name: string };
  zone: string | null;
  from: Day;
  to: Day;
  by: By;
  total: Sums;
  rows: Group[];
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

/** The groups that are shown: of hours only those from the first to the last in which somebody came. */
export function shownOf(figures: Figures): Group[] {
  if (figures.by !== 'hour') return figures.rows;
  const told = figures.rows.map((group) => group.figures !== null);
  return figures.rows.slice(Math.max(0, told.indexOf(true)), told.lastIndexOf(true) + 1);
}

/** Whether nothing is known of it: a gap, and no zero. */
export function isGap(group: Group, by: By): boolean {
  return by === 'day' && group.figures === null;
}

/** The bar of a group. Spans are in minutes; the second part reaches from the one to the other percentile. */
export function barOf(group: Group, by: By, measure: Measure, label: string): Bar {
  const bar = { key: group.key, label, gap: isGap(group, by) };
  if (!group.figures) return { ...bar, parts: [], mark: null };
  if (measure === 'visits') {
    const { asked, served, no_shows, abandoned } = group.figures;
    return { ...bar, parts: [served, no_shows, abandoned, Math.max(0, asked - served - no_shows - abandoned)], mark: null };
  }
  const { mean_s, p50_s, p90_s } = group.figures[measure];
  if (mean_s === null || p50_s === null || p90_s === null) return { ...bar, parts: [], mark: null };
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
