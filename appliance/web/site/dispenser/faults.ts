import type { Problem } from '$shared/lib/api';
import { t } from '$shared/lib/i18n.svelte';

const TEXTS: Record<string, string> = {
  service_closed: 'disp-no-closed',
  service_disabled: 'disp-no-closed',
  service_hidden: 'disp-no-closed',
  service_full: 'disp-service-full',
  branch_full: 'disp-no-branch-full',
  unknown_booking: 'disp-no-code',
  checked_in_already: 'disp-no-code-used',
  booking_over: 'disp-no-code-over',
  too_early: 'disp-no-code-early',
  too_late: 'disp-no-code-late',
  no_slip: 'disp-slip-none',
  printed_enough: 'disp-slip-none',
};

/** Why there is no number, for the person in front of the screen. */
export function faultText(problem: Problem): string {
  if (problem.lost) return t('disp-no-answer');
  const id = TEXTS[problem.code];
  return id ? t(id) : t('disp-no-other');
}
