import { describe, expect, it } from 'vitest';
import { displaced, orderOf } from '../../site/order';

describe('the order of rows', () => {
  it('is what central says while nobody is in the list', () => {
    expect(orderOf([1, 2, 3], [3, 1, 2], false)).toEqual([3, 1, 2]);
  });

  it('stays while somebody is: new rows come at the end, and those that are gone go', () => {
    expect(orderOf([1, 2, 3], [4, 3, 1], true)).toEqual([1, 3, 4]);
  });

  it('knows how many rows stand elsewhere than they should', () => {
    expect(displaced([1, 2, 3], [1, 2, 3])).toBe(0);
    expect(displaced([1, 2, 3], [3, 1, 2])).toBe(3);
    expect(displaced([1, 2], [1, 2, 3])).toBe(1);
  });
});
