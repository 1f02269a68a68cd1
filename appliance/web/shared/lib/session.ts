import { call } from './api';
import { keepInTab, keptInTab } from './kept';

/** Who is signed in, as the branch tells it. */
export interface Operator {
  id: number;
  login: string;
  name: string;
  rights: string[];
}

const TOKEN = 'anteroom.token';

/** The token of who is signed in in this tab. */
export function signedIn(): string | null {
  return keptInTab(TOKEN);
}

/** Signs in; throws a `Problem` that says why not. */
export async function signIn(login: string, password: string): Promise<Operator> {
  const answer = await call<{ token: string; operator: Operator }>('/v1/login', { body: { login, password } });
  keepInTab(TOKEN, answer.token);
  return answer.operator;
}

/** What somebody asks for who knows the setup code. */
export interface Wish {
  code: string;
  login: string;
  name?: string;
  password: string;
}

/** Chooses the first password, and signs in with it; throws a `Problem` that says why not. */
export async function setUp(wish: Wish): Promise<void> {
  const answer = await call<{ token: string }>('/v1/setup', { body: wish });
  keepInTab(TOKEN, answer.token);
}

export function signOut(): void {
  keepInTab(TOKEN, null);
}
