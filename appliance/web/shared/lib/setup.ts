// The first password, which is chosen with the setup code of a fresh branch or a fresh central.
import { call, type Problem } from './api';

/** How it stands with the first password. */
export interface Standing {
  /** Nobody can sign in to administer yet. */
  awaited: boolean;
  /** The code's time is over. */
  expired?: boolean;
}

/** Hex digits of a code. */
export const CODE_DIGITS = 20;

/** Digits that stand together. */
const GROUP_DIGITS = 4;

/** What the server asks of a password at the least, in characters. */
export const PASSWORD_CHARS_MIN = 10;

/** How long the door stays shut while the server is asked: whoever only wants to sign in does not wait for it. */
const STANDING_TIMEOUT_MS = 3_000;

/** Asks how it stands; null where nobody answers, or nobody who knows. */
export async function standing(): Promise<Standing | null> {
  try {
    return await call<Standing>('/v1/setup', { timeoutMs: STANDING_TIMEOUT_MS });
  } catch {
    return null;
  }
}

/** The code as the server takes it, from whatever a person has read off a screen; null where it cannot be one. */
export function codeOf(typed: string): string | null {
  const digits = typed
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String((digit.codePointAt(0) ?? 0) & 0xf))
    // A code has no such letters: somebody has taken a digit for one.
    .replaceAll('o', '0')
    .replaceAll(/[il]/g, '1')
    .replaceAll(/[\s\p{Pd}_.]/gu, '');
  if (digits.length !== CODE_DIGITS || !/^[0-9a-f]+$/.test(digits)) return null;
  return (digits.match(new RegExp(`.{${GROUP_DIGITS}}`, 'g')) ?? []).join('-');
}

/** The logins that may be set up, where the server has told them. */
export function loginsOf(problem: Problem): string[] {
  const { logins } = problem.body;
  return Array.isArray(logins) ? logins.filter((each) => typeof each === 'string') : [];
}
