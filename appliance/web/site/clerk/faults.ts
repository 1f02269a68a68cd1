import { t } from '$shared/lib/i18n.svelte';
import type { Fault } from './desk.svelte';

/** Why something was not done, and what to do, in the clerk's language. */
export function said(fault: Fault): string {
  switch (fault.code) {
    case 'lost':
    case 'timeout':
    case 'unreachable':
      return t('clerk-fault-lost');
    case 'nobody_waits':
      return t('clerk-fault-nobody');
    case 'not_the_current_call':
    case 'call_over':
      return t('clerk-fault-not-current');
    case 'counter_busy':
      return t('clerk-fault-busy');
    case 'operator_busy':
      return t('clerk-fault-busy-elsewhere');
    case 'counter_closed':
    case 'not_your_counter':
      return t('clerk-fault-no-shift');
    case 'counter_taken':
    case 'already_elsewhere':
      return t('clerk-fault-taken');
    case 'called_elsewhere':
      return t('clerk-fault-elsewhere');
    case 'on_break':
      return t('clerk-barred-break');
    case 'nothing_to_undo':
      return t('clerk-fault-undo');
    case 'out_of_turn':
      return t('clerk-fault-out-of-turn');
    case 'too_soon':
      return t('clerk-fault-too-soon');
    case 'too_many_calls':
    case 'tolerance_spent':
      return t('clerk-fault-too-many');
    case 'not_served_here':
      return t('clerk-fault-not-served');
    default:
      return t('clerk-fault-other', { detail: fault.detail || fault.code });
  }
}
