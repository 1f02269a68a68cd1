import { describe, expect, it } from 'vitest';
import { barOf, heightOf, shownOf, ticks, type Group, type Sums } from '../../site/figures';

const NONE = { count: 0, mean_s: null, p50_s: null, p90_s: null, longest_s: null };
const SUMS: Sums = { asked: 10, served: 6, no_shows: 1, abandoned: 2, waiting: { count: 9, mean_s: 360, p50_s: 300, p90_s: 900, longest_s: 1_200 }, serving: NONE, on_site: NONE };
const group = (figures: Sums | null, key = '9'): Group => ({ key, name: '', figures });

describe('a bar', () => {
  it('of visits is as high as tickets were asked for', () => {
    const bar = barOf(group(SUMS), 'hour', 'visits', '9');
    expect(bar.parts).toEqual([6, 1, 2, 1]);
    expect(heightOf(bar)).toBe(10);
  });

  it('of spans reaches to nine of ten, in minutes, with the mean across it', () => {
    const bar = barOf(group(SUMS), 'hour', 'waiting', '9');
    expect(bar).toMatchObject({ parts: [5, 10], mark: 6, gap: false });
    expect(heightOf(bar)).toBe(15);
    expect(barOf(group(SUMS), 'hour', 'serving', '9')).toMatchObject({ parts: [], mark: null, gap: false });
  });

  it('of a day without any word is a gap, not a zero; of an hour in which nobody came it is none', () => {
    expect(barOf(group(null), 'day', 'visits', '9')).toMatchObject({ gap: true, parts: [] });
    expect(barOf(group(null), 'hour', 'visits', '9')).toMatchObject({ gap: false, parts: [] });
  });
});

it('hours are shown from the first to the last in which somebody came, days all', () => {
  const rows = [group(null, '0'), group(SUMS, '9'), group(null, '10'), group(SUMS, '11'), group(null, '23')];
  const figures = { branch: { id: 1, name: '' }, zone: null, from: '', to: '', total: SUMS, rows };
  expect(shownOf({ ...figures, by: 'hour' }).map((each) => each.key)).toEqual(['9', '10', '11']);
  expect(shownOf({ ...figures, by: 'day' })).toHaveLength(5);
  expect(shownOf({ ...figures, by: 'hour', rows: [group(null)] })).toEqual([]);
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
