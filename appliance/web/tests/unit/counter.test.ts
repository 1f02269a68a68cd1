import { expect, test } from 'vitest';
import { BINDINGS, strokeOf } from '../../site/clerk/keys';
import { lineBegan, matching, secondsUntil, stepOf, type Target } from '../../site/clerk/steps';

const pressed = (key: string, more: object = {}) => ({ key, code: '', shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...more });

test('every key has one meaning, and its own in a field only where it writes nothing', () => {
  expect(BINDINGS.map((each) => each.aria)).toHaveLength(new Set(BINDINGS.map((each) => each.aria)).size);
  expect(strokeOf(pressed('F2'), true)).toBe('advance');
  expect(strokeOf(pressed('F9'), false)).toBe('finish');
  expect(strokeOf(pressed('F9', { shiftKey: true }), false)).toBe('no-show');
  expect(strokeOf(pressed('F9', { ctrlKey: true }), false)).toBeNull();
  expect(strokeOf(pressed('F4', { altKey: true }), false)).toBeNull();
  expect(strokeOf(pressed('z', { ctrlKey: true }), false)).toBe('undo');
  expect(strokeOf(pressed('z', { ctrlKey: true }), true)).toBeNull();
  expect(strokeOf(pressed('?', { shiftKey: true }), false)).toBe('help');
  expect(strokeOf(pressed('?', { shiftKey: true }), true)).toBeNull();
  expect(strokeOf(pressed('+', { code: 'NumpadAdd' }), false)).toBe('advance');
  expect(strokeOf(pressed('n'), false)).toBeNull();
});

test('one step follows from where the visit stands', () => {
  const shift = { state: 'mine' as const, operator: null, since_ms: 0, break_since_ms: null };
  const at = (state: 'called' | 'serving' | 'afterwork') => ({ state }) as never;
  expect(stepOf({ shift, call: null, next_total: 0 }, false)).toBe('next');
  expect(stepOf({ shift: { ...shift, break_since_ms: 5 }, call: null, next_total: 3 }, true)).toBe('work');
  expect(stepOf({ shift, call: at('called'), next_total: 3 }, true)).toBe('start');
  expect(stepOf({ shift, call: at('serving'), next_total: 3 }, false)).toBe('finish');
  expect(stepOf({ shift, call: at('serving'), next_total: 3 }, true)).toBe('finish-next');
  expect(stepOf({ shift, call: at('serving'), next_total: 0 }, true)).toBe('finish');
  expect(stepOf({ shift, call: at('afterwork'), next_total: 3 }, true)).toBe('done');
});

test('a clerk who waits hears the first one come, and nobody else', () => {
  const shift = { state: 'mine' as const, operator: null, since_ms: 0, break_since_ms: null };
  const now = { next_total: 1, call: null, shift };
  expect(lineBegan({ next_total: 0 }, now)).toBe(true);
  expect(lineBegan(null, now)).toBe(false);
  expect(lineBegan({ next_total: 1 }, { ...now, next_total: 2 })).toBe(false);
  expect(lineBegan({ next_total: 0 }, { ...now, call: {} as never })).toBe(false);
  expect(lineBegan({ next_total: 0 }, { ...now, shift: { ...shift, state: 'free' } })).toBe(false);
});

test('what is typed finds by the beginnings of words and by the letter', () => {
  const target = (kind: Target['kind'], id: number, name: string, mark = ''): Target => ({ kind, id, name, mark });
  const all = [target('service', 1, 'Foreign exchange', 'A'), target('service', 2, 'Cash', 'B'), target('counter', 2, 'Counter 2'), target('operator', 3, 'Anna Bell')];
  const names = (typed: string) => matching(all, typed).map((each) => each.name);
  expect(names('')).toHaveLength(4);
  expect(names('b')).toEqual(['Cash', 'Anna Bell']);
  expect(names('EX')).toEqual(['Foreign exchange']);
  expect(names('counter 2')).toEqual(['Counter 2']);
  expect(names('xyz')).toEqual([]);
});

test('seconds are rounded up and never below none', () => {
  expect([secondsUntil(10_000, 5_001), secondsUntil(10_000, 10_000), secondsUntil(10_000, 99_000), secondsUntil(null, 5)]).toEqual([5, 0, 0, 0]);
});
