import { describe, expect, it } from 'vitest';
import { placeOf, placeText } from '../../site/admin/place';

describe('a place on earth', () => {
  it('is read as maps show it, and shown so again', () => {
    expect(placeOf('47.4979, 19.0402')).toEqual([47_497_900, 19_040_200]);
    expect(placeOf(' -33.86;151.2 ')).toEqual([-33_860_000, 151_200_000]);
    expect(placeText(placeOf('47.4979 19.0402'))).toBe('47.4979, 19.0402');
    expect(placeOf('  ')).toBeNull();
    expect(placeText(null)).toBe('');
  });

  it('stays as it was typed where it is none', () => {
    for (const text of ['here', '47.5', '91, 0', '0, 181', '1, 2, 3']) expect(placeOf(text)).toBe(text);
    expect(placeText('here')).toBe('here');
  });
});
