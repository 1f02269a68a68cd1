import { call, Problem, type CallOptions } from '$shared/lib/api';
import { setBranchTime } from '$shared/lib/clock.svelte';
import { Live } from '$shared/lib/live.svelte';
import { signedIn, signOut } from '$shared/lib/session';
import { displaced, orderOf } from './order';
import type { BranchState, Overview } from './screen';

/** Silence after which central counts as out of reach: it says something every 20 s. */
const STALE_MS = 30_000;

/** What head office sees: all branches live, one branch live, and who looks. */
export class HeadOffice {
  door = $state<'sign-in' | 'open'>(signedIn() === null ? 'sign-in' : 'open');
  /** Signed out by central, not by a person. */
  ended = $state(false);
  operator = $state.raw<{ login: string; name: string } | null>(null);
  /** The rows as they are shown. */
  order = $state.raw<number[]>([]);
  /** Somebody points at the rows or moves among them. */
  held = $state(false);
  /** The branch that is looked at alone. */
  at = $state<number | null>(null);

  readonly all: Live<Overview>;
  readonly one: Live<BranchState>;
  /** How many rows would move if the order were not held. */
  readonly displaced: number = $derived.by(() => displaced(this.order, this.#said()));

  #build: string | null = null;

  constructor() {
    const options = { token: signedIn, staleAfterMs: STALE_MS, restWhileHidden: true };
    this.all = new Live<Overview>({
      ...options,
      address: () => '/v1/screens/overview',
      onState: (state) => {
        // Another build of the server brings another page; who is in the list is not disturbed.
        this.#build ??= state.build;
        if (this.#build !== state.build && !this.held) location.reload();
        this.order = orderOf(this.order, state.branches.map((each) => each.id), this.held);
      },
    });
    this.one = new Live<BranchState>({ ...options, address: () => `/v1/screens/branches/${this.at}` });
  }

  #said(): number[] {
    return this.all.state?.branches.map((each) => each.id) ?? [];
  }

  /** Lets the order be central's again, at once. */
  sort(): void {
    this.order = this.#said();
  }

  hold(held: boolean): void {
    if (this.held === held) return;
    this.held = held;
    if (!held) this.sort();
  }

  /** Follows the branches, as who is signed in now. */
  open(): void {
    if (signedIn() === null) return;
    this.door = 'open';
    this.ended = false;
    this.all.reopen();
    if (this.at !== null) this.one.reopen();
    void this.#whoami();
  }

  async #whoami(): Promise<void> {
    try {
      this.operator = (await this.ask<{ operator: { login: string; name: string } }>('/v1/me')).operator;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }

  /** Looks at one branch alone, or at none. */
  look(at: number | null): void {
    if (at === this.at) return;
    this.at = at;
    this.one.state = null;
    if (at === null) this.one.close();
    else if (this.door === 'open') this.one.reopen();
  }

  /** Asks central; throws a `Problem`. */
  async ask<T>(path: string, options: CallOptions = {}): Promise<T> {
    const token = signedIn();
    try {
      const answer = await call<T & { now_ms?: number }>(path, { ...options, token });
      if (typeof answer.now_ms === 'number') setBranchTime(answer.now_ms);
      return answer;
    } catch (error) {
      if (error instanceof Problem && error.status === 401 && token === signedIn()) this.end();
      throw error;
    }
  }

  /** Central knows the token no longer: the page stays where it is, behind the door. */
  end(): void {
    this.#close();
    this.ended = true;
    signOut();
  }

  leave(): void {
    this.#close();
    this.ended = false;
    this.operator = null;
    this.all.state = null;
    this.one.state = null;
    signOut();
  }

  #close(): void {
    this.all.close();
    this.one.close();
    this.door = 'sign-in';
  }
}
