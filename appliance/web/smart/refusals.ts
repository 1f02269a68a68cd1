import type { Problem } from '$shared/lib/api';
import { t } from '$shared/lib/i18n.svelte';

const TEXTS: Record<string, string> = {
  service_closed: 'phone-no-closed',
  service_disabled: 'phone-no-disabled',
  service_hidden: 'phone-no-disabled',
  unknown_service: 'phone-no-disabled',
  quota_spent: 'phone-no-full',
  branch_full: 'phone-no-branch-full',
  unknown_booking_code: 'phone-no-code',
  booking_used: 'phone-no-code-used',
  booking_over: 'phone-no-code-over',
  booking_too_early: 'phone-no-code-early',
  booking_too_late: 'phone-no-code-late',
  not_possible_now: 'phone-no-now',
  ticket_over: 'phone-no-now',
  answered_already: 'phone-no-answered',
  too_late: 'phone-no-too-late',
};

/** Why the branch said no, for the person who holds the phone. */
export function refusalText(problem: Problem): string {
  if (problem.lost) return t('phone-no-answer');
  const id = TEXTS[problem.code];
  return id ? t(id) : t('phone-no-other');
}
