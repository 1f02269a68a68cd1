import { describe, expect, it } from 'vitest';
import { businessDay, dayAt, daysIn, plusDays } from '../../site/spans';

describe('days', () => {
  it('are those of the branch, not of who looks', () => {
    const at = Date.UTC(2026, 10, 22, 23, 30);
    expect(dayAt(at, 'Europe/Budapest')).toBe('2026-11-23');
    expect(dayAt(at, 'America/New_York')).toBe('2026-11-22');
  });

  it('are business days: after midnight a branch that is there may still be at yesterday\'s', () => {
    expect(businessDay('2026-11-23', { word: 'connected', day: 20261122 })).toBe('2026-11-22');
    expect(businessDay('2026-11-23', { word: 'connected', day: 20261123 })).toBe('2026-11-23');
    expect(businessDay('2026-11-23', { word: 'cut_off', day: 20261122 })).toBe('2026-11-23');
    expect(businessDay('2026-11-23', { word: 'connected', day: 20261101 })).toBe('2026-11-23');
    expect(businessDay('2026-11-23', null)).toBe('2026-11-23');
  });

  it('go by the calendar over months, leap days and the turns of the clocks', () => {
    expect(plusDays('2026-03-01', -1)).toBe('2026-02-28');
    expect(plusDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(plusDays('2026-03-28', 1)).toBe('2026-03-29');
    expect(daysIn('2026-03-28', '2026-03-30')).toBe(3);
    expect(daysIn('2026-11-22', '2026-11-22')).toBe(1);
  });
});
