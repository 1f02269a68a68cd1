import { expect, test } from 'vitest';
import { EventReader, UNFINISHED_MAX } from '../../shared/lib/sse';

const STREAM = 'retry: 3000\n\nevent: state\nid: 7-1\ndata: {"a":1}\n\n: quiet\nevent: ping\r\ndata: {"now_ms":5}\r\n\r\nevent: gone\n\n';

test('a stream is read the same in whatever pieces it comes', () => {
  const whole = new EventReader().push(STREAM);
  expect(whole.map((each) => each.event)).toEqual(['state', 'ping', 'gone']);
  expect(whole[0]).toEqual({ event: 'state', id: '7-1', data: '{"a":1}' });
  for (let size = 1; size < 20; size += 1) {
    const reader = new EventReader();
    const pieces = [];
    for (let at = 0; at < STREAM.length; at += size) pieces.push(...reader.push(STREAM.slice(at, at + size)));
    expect(pieces).toEqual(whole);
  }
});

test('data on several lines is one text', () => {
  expect(new EventReader().push('data: a\ndata:b\n\n')).toEqual([{ event: 'message', id: null, data: 'a\nb' }]);
});

test('an event without an end does not fill the memory', () => {
  const reader = new EventReader();
  expect(() => {
    for (let n = 0; n <= UNFINISHED_MAX; n += 1_000_000) reader.push('x'.repeat(1_000_000));
  }).toThrow('no end');
});
