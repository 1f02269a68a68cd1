import { describe, expect, it } from 'vitest';
import { hashOf, wayOf, type Way } from '../../site/ways';

const WAYS: [string, Way][] = [
  ['#/', { page: 'branches', search: '', shown: 'all' }],
  ['#/?search=old+town&shown=trouble', { page: 'branches', search: 'old town', shown: 'trouble' }],
  ['#/branches/12', { page: 'branch', id: 12 }],
  ['#/branches/12/figures', { page: 'figures', id: 12, from: null, to: null, by: 'hour', measure: 'visits' }],
  ['#/branches/12/figures?from=2026-11-01&to=2026-11-22&by=operator&measure=on_site', { page: 'figures', id: 12, from: '2026-11-01', to: '2026-11-22', by: 'operator', measure: 'on_site' }],
];

describe('the address', () => {
  it.each(WAYS)('%s says where the page is, and is written the same', (hash, way) => {
    expect(wayOf(hash)).toEqual(way);
    expect(hashOf(way)).toBe(hash);
  });

  it('of nothing that is there leads to the list, and what is no day or choice is left out', () => {
    for (const hash of ['', '#', '#/branches/', '#/branches/x', '#/branches/0', '#/nowhere/1']) expect(wayOf(hash).page).toBe('branches');
    expect(wayOf('#/branches/1/figures?from=yesterday&by=moon&measure=')).toEqual({ page: 'figures', id: 1, from: null, to: null, by: 'hour', measure: 'visits' });
  });
});
