import { expect, test } from 'vitest';
import { pauseMs } from '../../shared/lib/backoff';

test('pauses double, are bounded, and are spread by chance', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 99].map((n) => pauseMs(n, 0.5))).toEqual([1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
  expect(pauseMs(0, 0)).toBe(500);
  expect(pauseMs(9, 0.999)).toBeLessThan(45_000);
  const many = Array.from({ length: 500 }, () => pauseMs(9));
  expect(Math.min(...many)).toBeGreaterThanOrEqual(15_000);
  expect(Math.max(...many) - Math.min(...many)).toBeGreaterThan(20_000);
});
