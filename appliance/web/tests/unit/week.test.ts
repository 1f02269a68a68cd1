import { describe, expect, it } from 'vitest';
import { clock, minuteOf, minutesAWeek } from '../../site/admin/week';
import { hashOf, hashOfSubject, sectionOf, wayOf } from '../../site/admin/ways';

describe('times of the day', () => {
  it('reads and writes them, midnight at the end included', () => {
    expect([clock(0), clock(545), clock(1_440)]).toEqual(['00:00', '09:05', '00:00']);
    expect([minuteOf('09:05'), minuteOf('00:00'), minuteOf('00:00', true), minuteOf('')]).toEqual([545, 0, 1_440, null]);
  });

  it('counts a week', () => {
    expect(minutesAWeek([[[540, 720], [780, 1_020]], [], [], [], [], [[600, 600]], []])).toBe(420);
  });
});

describe('ways', () => {
  const settings = { services: [{ id: 7 }], groups: [{ id: 2 }], counters: [], operators: [{ id: 5 }] } as any;

  it('knows where a place is edited', () => {
    expect(hashOf('/services/0/tag', settings)).toBe('#/services/7');
    expect(hashOf('/groups/0/names/1', settings)).toBe('#/services/group-2');
    expect(hashOf('/counters/3/name', settings)).toBe('#/counters');
    expect(hashOf('/zone', settings)).toBe('#/rules');
    expect(sectionOf('/slip_footer/1')).toBe('words');
  });

  it('knows where a check is mended, and that a disk is mended nowhere here', () => {
    expect(hashOfSubject('services/3')).toBe('#/services/3');
    expect(hashOfSubject('smart_ticket')).toBe('#/smart');
    expect(hashOfSubject('disk')).toBeNull();
  });

  it('reads an address, and takes an unknown one for the overview', () => {
    expect(wayOf('#/services/group-1')).toEqual({ section: 'services', item: 'group-1' });
    expect(wayOf('#/nonsense')).toEqual({ section: 'overview', item: null });
    expect(wayOf('')).toEqual({ section: 'overview', item: null });
  });
});
