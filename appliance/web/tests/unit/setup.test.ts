import { expect, test } from 'vitest';
import { Problem } from '../../shared/lib/api';
import { CODE_DIGITS, codeOf, loginsOf } from '../../shared/lib/setup';

const CODE = '1a2b-3c4d-5e6f-7a8b-9c0d';

test('a code is read however a person writes it down', () => {
  for (const typed of [CODE, ` ${CODE}\n`, CODE.toUpperCase(), CODE.replaceAll('-', ''), CODE.replaceAll('-', ' '), CODE.replaceAll('-', '\u2013'), 'la2b 3c4d 5e6f 7a8b 9cOd', '\u0661a\u0662b-3c4d-5e6f-7a8b-9c\u06f0d', '\uff11\uff41\uff12\uff42-3c4d-5e6f-7a8b-9c0d']) {
    expect(codeOf(typed), typed).toBe(CODE);
  }
});

test('what can be no code is not sent', () => {
  for (const typed of ['', '-', CODE.slice(1), `${CODE}0`, CODE.replace('a', 'g'), 'a'.repeat(CODE_DIGITS + 1), 'x'.repeat(CODE_DIGITS)]) {
    expect(codeOf(typed), typed).toBeNull();
  }
});

test('logins are told where the server tells them', () => {
  const problem = (body: Record<string, unknown>): Problem => new Problem(400, 'not_administrator', '', [], null, body);
  expect(loginsOf(problem({ logins: ['ann', 7, 'ben'] }))).toEqual(['ann', 'ben']);
  expect(loginsOf(problem({}))).toEqual([]);
});
