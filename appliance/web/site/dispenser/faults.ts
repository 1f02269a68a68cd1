import type { Problem } from '$shared/lib/api';
import { t } from '$shared/lib/i18n.svelte';

const TEXTS: Record<string, string> = {
  service_closed: 'disp-no-closed',
  service_disabled: 'disp-no-closed',
  service_hidden: 'disp-no-closed',
  quota_spent: 'disp-service-full',
  branch_full: 'disp-no-branch-full',
  unknown_booking: 'disp-no-code',
  unknown_booking_code: 'disp-no-code',
  booking_used: 'disp-no-code-used',
  checked_in_already: 'disp-no-code-used',
  booking_over: 'disp-no-code-over',
  booking_too_early: 'disp-no-code-early',
  too_early_to_check_in: 'disp-no-code-early',
  booking_too_late: 'disp-no-code-late',
  too_late_to_check_in: 'disp-no-code-late',
};

/** Why there is no number, for the person in front of the screen. */
export function faultText(problem: Problem): string {
  if (problem.lost) return t('disp-no-answer');
  const id = TEXTS[problem.code];
  return id ? t(id) : t('disp-no-other');
}
