import { t, timeOfDay } from '$shared/lib/i18n.svelte';

/** A visit that is open at a counter. */
export interface OpenVisit {
  id: number;
  label: string;
  state: 'called' | 'serving' | 'afterwork';
  since_ms: number;
}

/** A counter as it is at this moment. */
export interface Seat {
  id: number;
  name: string;
  operator: { id: number; name: string } | null;
  since_ms: number | null;
  break_since_ms: number | null;
  call: OpenVisit | null;
}

/** What becomes of a visit whose counter is freed. */
export type Fate = 'put_back' | 'park' | 'finish';

const STATES = { called: 'admin-now-called', serving: 'admin-now-serving', afterwork: 'admin-now-afterwork' } as const;

/** Who sits there, and since when. */
export function sitting(seat: Seat, zone: string): string {
  if (!seat.operator || seat.since_ms === null) return '';
  const who = seat.operator.name;
  return seat.break_since_ms === null ? t('admin-now-sits', { who, time: timeOfDay(seat.since_ms, zone) }) : t('admin-now-break', { who, time: timeOfDay(seat.break_since_ms, zone) });
}

/** Which visit is open there, and since when it stands as it does. */
export function visitOf(call: OpenVisit, zone: string): string {
  return t(STATES[call.state], { ticket: call.label, time: timeOfDay(call.since_ms, zone) });
}
