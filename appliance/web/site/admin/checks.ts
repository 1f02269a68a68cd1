import { dayAndTime, t } from '$shared/lib/i18n.svelte';
import type { Check } from './settings';

/** Each check's two sentences, by its code: what is amiss, and what to do. */
const SENTENCES: Record<string, readonly [message: string, remedy: string]> = {
  no_services: ['admin-check-no-services', 'admin-do-no-services'],
  no_counters: ['admin-check-no-counters', 'admin-do-no-counters'],
  day_not_open: ['admin-check-day-not-open', 'admin-do-day-not-open'],
  service_without_counter: ['admin-check-service-without-counter', 'admin-do-service-without-counter'],
  service_without_operator: ['admin-check-service-without-operator', 'admin-do-service-without-operator'],
  service_never_open: ['admin-check-service-never-open', 'admin-do-service-never-open'],
  counter_serves_nothing: ['admin-check-counter-serves-nothing', 'admin-do-counter-serves-nothing'],
  operator_without_password: ['admin-check-operator-without-password', 'admin-do-operator-without-password'],
  no_administrator: ['admin-check-no-administrator', 'admin-do-no-administrator'],
  language_without_texts: ['admin-check-language-without-texts', 'admin-do-language-without-texts'],
  no_printer: ['admin-check-no-printer', 'admin-do-no-printer'],
  printer_unknown: ['admin-check-printer-unknown', 'admin-do-printer-unknown'],
  keypad_at_no_counter: ['admin-check-keypad-at-no-counter', 'admin-do-at-no-counter'],
  display_at_no_counter: ['admin-check-display-at-no-counter', 'admin-do-at-no-counter'],
  counter_without_keypad: ['admin-check-counter-without-keypad', 'admin-do-counter-without-keypad'],
  smart_ticket_unreachable: ['admin-check-smart-ticket-unreachable', 'admin-do-smart-ticket-unreachable'],
  bookings_without_service: ['admin-check-bookings-without-service', 'admin-do-bookings-without-service'],
  clock_untrusted: ['admin-check-clock-untrusted', 'admin-do-clock-untrusted'],
  slips_missing: ['admin-check-slips-missing', 'admin-do-slips-missing'],
  disk_failing: ['admin-check-disk-failing', 'admin-do-disk-failing'],
  disk_full: ['admin-check-disk-full', 'admin-do-disk-full'],
  disk_nearly_full: ['admin-check-disk-full', 'admin-do-disk-full'],
  database_damaged: ['admin-check-database-damaged', 'admin-do-database-damaged'],
  database_large: ['admin-check-database-large', 'admin-do-database-large'],
  database_log_large: ['admin-check-database-log-large', 'admin-do-database-log-large'],
  broker_away: ['admin-check-broker-away', 'admin-do-broker-away'],
  central_away: ['admin-check-central-away', 'admin-do-central-away'],
  presses_lost: ['admin-check-presses-lost', 'admin-do-presses-lost'],
};

/** What to do about a device, by the word for its trouble. */
export const TROUBLES: Record<string, string> = {
  'paper-near-end': 'admin-trouble-paper-near-end',
  'paper-out': 'admin-trouble-paper-out',
  'cover-open': 'admin-trouble-cover-open',
  cutter: 'admin-trouble-cutter',
  'head-hot': 'admin-trouble-head-hot',
  jam: 'admin-trouble-jam',
  'ticket-not-taken': 'admin-trouble-ticket-not-taken',
  blocked: 'admin-trouble-blocked',
  'no-answer': 'admin-trouble-no-answer',
  paused: 'admin-trouble-paused',
  broken: 'admin-trouble-broken',
  'port-missing': 'admin-trouble-port-missing',
  'port-busy': 'admin-trouble-port-busy',
  'port-denied': 'admin-trouble-port-denied',
  'port-unusable': 'admin-trouble-port-unusable',
  'port-gone': 'admin-trouble-port-gone',
  'wrong-device': 'admin-trouble-wrong-device',
  'crc-errors': 'admin-trouble-crc-errors',
  'ring-overflow': 'admin-trouble-ring-overflow',
  tampered: 'admin-trouble-tampered',
  'key-stuck': 'admin-trouble-key-stuck',
};

/** A check in the language shown; none where the branch knows one that this page does not. */
export function wordsOf(check: Check, zone: string): { message: string; remedy: string } | null {
  const values: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(check.values ?? {})) {
    if (name.endsWith('_ms')) {
      values.time = value === null ? '' : dayAndTime(Number(value), zone);
      values.checked = value === null ? 'no' : 'yes';
    } else values[name.replace(/_mib$/, '')] = value ?? '';
  }
  if (check.code === 'device_trouble') {
    const remedy = TROUBLES[String(values.trouble)];
    if (!remedy) return null;
    return { message: t(check.severity === 'error' ? 'admin-check-device-away' : 'admin-check-device-trouble', values), remedy: t(remedy) };
  }
  const found = SENTENCES[check.code];
  return found ? { message: t(found[0], values), remedy: t(found[1], values) } : null;
}
