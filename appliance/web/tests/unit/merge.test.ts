import { describe, expect, it } from 'vitest';
import { merged, same } from '../../site/admin/merge';

const base = { name: 'Branch', services: [{ id: 1, tag: 'A' }, { id: 2, tag: 'B' }, { id: 3, tag: 'C' }], rules: { calls: 3, minutes: 10 } };
const changed = (change: (settings: any) => void): any => {
  const copy = structuredClone(base);
  change(copy);
  return copy;
};

describe('laying my changes over theirs', () => {
  it('keeps both, where they are about different things', () => {
    const mine = changed((settings) => (settings.services[1].tag = 'K'));
    const theirs = changed((settings) => {
      settings.services[2].tag = 'L';
      settings.rules.calls = 5;
    });
    expect(merged(base, mine, theirs)).toEqual({ value: { ...base, services: [{ id: 1, tag: 'A' }, { id: 2, tag: 'K' }, { id: 3, tag: 'L' }], rules: { calls: 5, minutes: 10 } }, clashes: [] });
  });

  it('takes mine and says so, where both changed the same', () => {
    const mine = changed((settings) => (settings.name = 'Mine'));
    const theirs = changed((settings) => (settings.name = 'Theirs'));
    expect(merged(base, mine, theirs)).toEqual({ value: mine, clashes: ['/name'] });
    expect(merged(base, mine, mine).clashes).toEqual([]);
  });

  it('knows members by their id, whoever comes, goes or moves', () => {
    const mine = changed((settings) => {
      settings.services.push({ id: 4, tag: 'M' });
      settings.services[0].tag = 'Z';
    });
    const theirs = changed((settings) => settings.services.splice(1, 1));
    expect(merged(base, mine, theirs).value.services).toEqual([{ id: 1, tag: 'Z' }, { id: 3, tag: 'C' }, { id: 4, tag: 'M' }]);
    const moved = changed((settings) => settings.services.reverse());
    const renamed = changed((settings) => (settings.services[2].tag = 'N'));
    expect(merged(base, moved, renamed).value.services).toEqual([{ id: 3, tag: 'N' }, { id: 2, tag: 'B' }, { id: 1, tag: 'A' }]);
    expect(merged(base, renamed, moved).value.services).toEqual([{ id: 3, tag: 'N' }, { id: 2, tag: 'B' }, { id: 1, tag: 'A' }]);
  });

  it('says so, where one removed what the other changed', () => {
    const mine = changed((settings) => settings.services.splice(0, 1));
    const theirs = changed((settings) => (settings.services[0].tag = 'T'));
    expect(merged(base, mine, theirs)).toEqual({ value: mine, clashes: ['/services/1'] });
  });

  it('compares without regard to the order of members', () => {
    expect(same({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 })).toBe(true);
    expect(same({ a: 1 }, { a: 1, b: undefined })).toBe(false);
    expect(same([1, 2], [2, 1])).toBe(false);
  });
});
