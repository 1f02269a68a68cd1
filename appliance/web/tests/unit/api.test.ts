import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { call, newKey, Problem } from '../../shared/lib/api';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A server that answers with what it is told, one answer a request, and remembers the requests. */
async function server(answers: { status: number; body: string; headers?: Record<string, string> }[]) {
  const seen: { method: string | undefined; key: string | undefined; authorization: string | undefined }[] = [];
  const http = createServer((request, response) => {
    seen.push({ method: request.method, key: request.headers['idempotency-key'] as string | undefined, authorization: request.headers.authorization });
    const answer = answers[seen.length - 1];
    if (!answer) return;
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    http.closeAllConnections();
    http.close();
  });
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/`, seen };
}

test('a request that nobody answered goes out again with the same key', async () => {
  const { url, seen } = await server([
    { status: 503, body: '' },
    { status: 200, body: '{"seq":4}' },
  ]);
  const key = newKey();
  expect(await call(url, { body: {}, key, again: 2, token: 'abc' })).toEqual({ seq: 4 });
  expect(seen).toEqual([
    { method: 'POST', key, authorization: 'Bearer abc' },
    { method: 'POST', key, authorization: 'Bearer abc' },
  ]);
});

test('a no is told in one shape, whichever dialect said it', async () => {
  const { url } = await server([
    { status: 409, body: '{"title":"No","status":409,"code":"nobody_waits","detail":"Nobody waits."}' },
    { status: 403, body: '{"error":"key_expired","message":"Scan again."}' },
    { status: 502, body: '<h1>Bad Gateway</h1>', headers: { 'retry-after': '7' } },
  ]);
  const problems: Problem[] = [];
  for (let n = 0; n < 3; n += 1) await call(url, { body: {} }).catch((error: Problem) => problems.push(error));
  expect(problems.map((each) => [each.status, each.code, each.detail, each.retryAfterS])).toEqual([
    [409, 'nobody_waits', 'Nobody waits.', null],
    [403, 'key_expired', 'Scan again.', null],
    [502, 'status_502', '', 7],
  ]);
});

test('silence and absence are told apart', async () => {
  const { url } = await server([]);
  await expect(call(url, { timeoutMs: 100 })).rejects.toMatchObject({ code: 'timeout', status: 0 });
  await expect(call('http://127.0.0.1:9/', {})).rejects.toMatchObject({ code: 'unreachable' });
});

test('keys are long and never the same', () => {
  const keys = new Set(Array.from({ length: 1_000 }, newKey));
  expect(keys.size).toBe(1_000);
  expect([...keys].every((key) => /^[0-9a-f]{32}$/.test(key))).toBe(true);
});
