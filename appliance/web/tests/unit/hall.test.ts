import { expect, test } from 'vitest';
import { ANNOUNCED_FOR_MS, Announcer, QUEUE_MAX, REMEMBERED_MAX, SHORT_TURN_MS, TURN_MS } from '../../site/hall/announcer';
import { LANGUAGE_EVERY_MS, shiftAt, SHIFT_EVERY_MS, SHIFT_PX, speaks } from '../../site/hall/rest';
import type { Shown } from '../../site/hall/screen';

const called = (id: number, atMs: number, recalls = 0): Shown => ({ key: `${id}-${recalls}`, label: `A${id}`, counter: { id: 1, name: '1' }, language: 'hu', called_ms: atMs, last_call_ms: atMs, recalls, state: 'called' });

/** Plays time on in steps; gives the labels in the order of their turns. */
function turns(announcer: Announcer, fromMs: number, toMs: number): [label: string, atMs: number][] {
  const found: [string, number][] = [];
  for (let now = fromMs; now <= toMs; now += 100) {
    const due = announcer.at(now);
    if (due?.fresh) found.push([due.call.key, now]);
  }
  return found;
}

test('each call and each recall is announced once, the older first', () => {
  const announcer = new Announcer();
  const first = called(1, 1_000);
  const second = called(2, 1_500);
  announcer.hear([second, first], 2_000);
  announcer.hear([second, first], 2_100);
  expect(turns(announcer, 2_100, 20_000)).toEqual([
    ['1-0', 2_100],
    ['2-0', 2_100 + SHORT_TURN_MS],
  ]);
  announcer.hear([called(1, 21_000, 1), second], 21_000);
  expect(turns(announcer, 21_000, 40_000)).toEqual([['1-1', 21_000]]);
});

test('what is older than half a minute is not announced, on load nor after its turn has not come', () => {
  const announcer = new Announcer();
  announcer.hear([called(2, 90_000), called(1, 100_000 - ANNOUNCED_FOR_MS)], 100_000);
  expect(turns(announcer, 100_000, 130_000)).toEqual([['2-0', 100_000]]);
  const many = new Announcer();
  many.hear(Array.from({ length: 12 }, (_, n) => called(12 - n, 1_000)), 1_000);
  const announced = turns(many, 1_000, 90_000);
  expect(announced.length).toBeLessThan(12);
  expect(announced.every(([, at]) => at - 1_000 < ANNOUNCED_FOR_MS)).toBe(true);
});

test('turns are short while others wait, and never overlap', () => {
  const announcer = new Announcer();
  announcer.hear([called(4, 0), called(3, 0), called(2, 0), called(1, 0)], 0);
  const at = turns(announcer, 0, 40_000).map(([, ms]) => ms);
  expect(at).toEqual([0, SHORT_TURN_MS, 2 * SHORT_TURN_MS, 3 * SHORT_TURN_MS]);
  // The last one, for whom nobody waits, has the whole of its turn; who comes meanwhile cuts it short.
  const alone = new Announcer();
  alone.hear([called(1, 0)], 0);
  expect(turns(alone, 0, 5_000)).toEqual([['1-0', 0]]);
  expect(alone.at(TURN_MS - 100)?.call.key).toBe('1-0');
  alone.hear([called(2, 5_000), called(1, 0)], 5_000);
  expect(turns(alone, 5_000, 9_000)).toEqual([['2-0', 5_000]]);
});

test('who is not called any more loses the turn that had not come', () => {
  const announcer = new Announcer();
  announcer.hear([called(2, 0), called(1, 0)], 0);
  expect(announcer.at(0)?.call.key).toBe('1-0');
  announcer.hear([called(1, 0)], 1_000);
  expect(turns(announcer, 1_000, 30_000)).toEqual([]);
});

test('an end that is undone brings a call back in silence; memory is bounded', () => {
  const announcer = new Announcer();
  announcer.hear([called(1, 0)], 0);
  turns(announcer, 0, 10_000);
  announcer.hear([], 11_000);
  announcer.hear([called(1, 0)], 12_000);
  expect(turns(announcer, 12_000, 30_000)).toEqual([]);
  for (let n = 0; n < REMEMBERED_MAX * 3; n += 1) announcer.hear([called(1_000 + n, 50_000)], 50_000);
  announcer.hear(Array.from({ length: 40 }, (_, n) => called(5_000 + n, 50_000)), 50_000);
  expect(announcer.waiting).toBeLessThanOrEqual(QUEUE_MAX);
});

test('the layout wanders within its bounds and comes back', () => {
  const places = Array.from({ length: 9 }, (_, n) => shiftAt(n * SHIFT_EVERY_MS));
  expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(9);
  expect(places.every(({ x, y }) => Math.abs(x) <= SHIFT_PX && Math.abs(y) <= SHIFT_PX)).toBe(true);
  expect(shiftAt(9 * SHIFT_EVERY_MS)).toEqual(shiftAt(0));
});

test('two languages take turns; a call speaks its own first', () => {
  const two = ['en-gb', 'hu'];
  expect([0, 1, 2].map((n) => speaks(two, n * LANGUAGE_EVERY_MS, null))).toEqual(['en-gb', 'hu', 'en-gb']);
  expect(LANGUAGE_EVERY_MS).toBeGreaterThanOrEqual(6_000);
  const own = { language: 'ar', sinceMs: 1_000 };
  expect(speaks(two, 1_000, own)).toBe('ar');
  expect(speaks(two, 1_000 + LANGUAGE_EVERY_MS / 2, own)).toBe('en-gb');
  expect(speaks(['ar'], 1_000 + LANGUAGE_EVERY_MS / 2, own)).toBe('ar');
});
