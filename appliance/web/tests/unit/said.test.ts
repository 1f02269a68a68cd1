import { describe, expect, it } from 'vitest';
import { weekOf } from '../../site/admin/said';
import type { Hours } from '../../site/admin/settings';

describe('a week in a line', () => {
  it('says days of the same hours together, and leaves out those that are closed', () => {
    const day: [number, number][] = [[510, 720], [780, 1_020]];
    const hours: Hours = [day, day, day, day, [[510, 720]], [], [[600, 660]]];
    expect(weekOf(hours)).toBe('Mon–Thu 08:30–12:00 13:00–17:00, Fri 08:30–12:00, Sun 10:00–11:00');
  });
});
