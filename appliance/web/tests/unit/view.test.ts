import { expect, test } from 'vitest';
import { callName, spanOf, steady, viewOf, type Ticket } from '../../smart/view';

const ticket = (change: Partial<Ticket>): Ticket => ({
  label: 'A001',
  language: 'en-gb',
  source: 'phone',
  created_ms: 0,
  state: 'waiting',
  outcome: null,
  since_ms: 0,
  service: { id: 1, names: {} },
  lines: [],
  ahead: 5,
  position: 6,
  estimate_min: 12,
  counters: [],
  counter: null,
  transferred: false,
  recalls: 0,
  waited_ms: 0,
  called_ms: null,
  started_ms: null,
  ended_ms: null,
  put_back_at_ms: null,
  no_shows: 0,
  no_shows_max: 3,
  feedback: null,
  ...change,
});
const asked = { open_until_ms: 1_000, asked: true, answered: false };

test.each<[Partial<Ticket>, string]>([
  [{ state: 'booked' }, 'booked'],
  [{}, 'waiting'],
  [{ ahead: 2 }, 'waiting'],
  [{ ahead: 1 }, 'nearly'],
  [{ ahead: 0 }, 'nearly'],
  [{ ahead: null }, 'waiting'],
  [{ state: 'called' }, 'called'],
  [{ state: 'serving' }, 'serving'],
  [{ state: 'afterwork' }, 'bye'],
  [{ state: 'parked' }, 'parked'],
  [{ state: 'missing' }, 'missing'],
  [{ state: 'closed', outcome: 'no_show' }, 'missed'],
  [{ state: 'closed', outcome: 'deleted' }, 'cancelled'],
  [{ state: 'closed', outcome: 'served' }, 'bye'],
  [{ state: 'closed', outcome: 'served', feedback: asked }, 'feedback'],
  [{ state: 'closed', outcome: 'served', feedback: { ...asked, asked: false } }, 'bye'],
  [{ state: 'closed', outcome: 'served', feedback: { ...asked, answered: true } }, 'bye'],
  [{ state: 'closed', outcome: 'served', feedback: { ...asked, open_until_ms: 500 } }, 'bye'],
])('%o is shown as %s', (change, view) => {
  expect(viewOf(ticket(change), 500, false)).toBe(view);
});

test('who skipped the questions is not asked again', () => {
  expect(viewOf(ticket({ state: 'closed', outcome: 'served', feedback: asked }), 500, true)).toBe('bye');
});

test('each call has a name of its own, and each recall', () => {
  const first = callName(ticket({ state: 'called', called_ms: 7 }));
  expect(first).not.toBeNull();
  expect(callName(ticket({ state: 'called', called_ms: 7 }))).toBe(first);
  expect(callName(ticket({ state: 'called', called_ms: 7, recalls: 1 }))).not.toBe(first);
  expect(callName(ticket({ state: 'called', called_ms: 9 }))).not.toBe(first);
  expect(callName(ticket({ state: 'waiting' }))).toBeNull();
});

test('an estimate is a rounded span around itself, and never nothing', () => {
  for (let minutes = 0; minutes < 300; minutes += 1) {
    const { low, high } = spanOf(minutes);
    expect(low).toBeLessThanOrEqual(minutes);
    expect(high).toBeGreaterThanOrEqual(minutes);
    expect(low).toBeLessThan(high);
    expect(low % 5).toBe(0);
    expect(high % 5).toBe(0);
  }
  expect(spanOf(0)).toEqual({ low: 0, high: 5 });
  expect(spanOf(12)).toEqual({ low: 10, high: 15 });
});

test('a span stays as long as it is true', () => {
  const first = steady(null, 12);
  expect(steady(first, 11)).toBe(first);
  expect(steady(first, 15)).toBe(first);
  expect(steady(first, 9)).toEqual({ low: 5, high: 15 });
  expect(steady(first, 3)).toEqual({ low: 0, high: 5 });
  expect(steady(first, null)).toBeNull();
});
