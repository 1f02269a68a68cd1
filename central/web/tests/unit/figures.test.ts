import { describe, expect, it } from 'vitest';
import { barOf, heightOf, ticks, type Group, type Sums } from '../../site/figures';

const NONE = { count: 0, mean_s: 0, p50_s: 0, p90_s: 0, longest_s: 0 };
const SUMS: Sums = { asked: 10, served: 6, no_shows: 1, abandoned: 2, waiting: { count: 9, mean_s: 360, p50_s: 300, p90_s: 900, longest_s: 1_200 }, serving: NONE, on_site: NONE };
const group = (sums: Sums | null): Group => ({ key: 9, name: null, sums });

describe('a bar', () => {
  it('of visits is as high as tickets were asked for', () => {
    const bar = barOf(group(SUMS), 'visits', '9');
    expect(bar.parts).toEqual([6, 1, 2, 1]);
    expect(heightOf(bar)).toBe(10);
  });

  it('of spans reaches to nine of ten, in minutes, with the mean across it', () => {
    const bar = barOf(group(SUMS), 'waiting', '9');
    expect(bar).toMatchObject({ parts: [5, 10], mark: 6, gap: false });
    expect(heightOf(bar)).toBe(15);
    expect(barOf(group(SUMS), 'serving', '9')).toMatchObject({ parts: [0, 0], mark: null });
  });

  it('of a time without any word is a gap, not a zero', () => {
    expect(barOf(group(null), 'visits', '9')).toMatchObject({ gap: true, parts: [] });
  });
});

describe('the axis', () => {
  it.each([
    [0, [0, 1]],
    [1, [0, 1]],
    [7, [0, 2, 4, 6, 8]],
    [42, [0, 10, 20, 30, 40, 50]],
    [1_000, [0, 500, 1_000]],
  ])('up to %i has round steps', (highest, steps) => {
    expect(ticks(highest)).toEqual(steps);
    expect(steps.at(-1)).toBeGreaterThanOrEqual(highest);
  });
});
