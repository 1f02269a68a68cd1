import type { ClerkState } from './screen';

/** What the one main button does next. */
export type Step = 'work' | 'next' | 'start' | 'finish' | 'finish-next' | 'done';

/** The step that follows from where the visit stands. With `straightOn` a finished visit is followed by the next at once. */
export function stepOf(state: Pick<ClerkState, 'shift' | 'call' | 'next_total'>, straightOn: boolean): Step {
  if (state.call === null) return state.shift.break_since_ms === null ? 'next' : 'work';
  switch (state.call.state) {
    case 'called':
      return 'start';
    case 'serving':
      return straightOn && state.next_total > 0 ? 'finish-next' : 'finish';
    case 'afterwork':
      return 'done';
  }
}

/** Whole seconds until then, at least 0. */
export function secondsUntil(untilMs: number | null, nowMs: number): number {
  return untilMs === null ? 0 : Math.max(0, Math.ceil((untilMs - nowMs) / 1_000));
}

/** Whether somebody has come into an empty line, which a clerk who waits would like to hear. */
export function lineBegan(before: Pick<ClerkState, 'next_total'> | null, now: Pick<ClerkState, 'next_total' | 'call' | 'shift'>): boolean {
  return before !== null && before.next_total === 0 && now.next_total > 0 && now.call === null && now.shift.state === 'mine';
}

/** Something a visit can be sent on to. */
export interface Target {
  kind: 'service' | 'counter' | 'operator';
  id: number;
  name: string;
  /** Beside the name: a service's letter. */
  mark: string;
}

/** Those that match what was typed: every word begins a word of the name, or is its mark. */
export function matching(targets: readonly Target[], typed: string): Target[] {
  const words = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return targets.filter((target) => {
    const parts = `${target.mark} ${target.name}`.toLocaleLowerCase().split(/\s+/);
    return words.every((word) => parts.some((part) => part.startsWith(word)));
  });
}
