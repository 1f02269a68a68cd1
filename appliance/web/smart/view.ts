// What a ticket's state means to the person who holds it.

export interface Named {
  id: number;
  name: string;
}

/** A ticket, as the branch streams it. */
export interface Ticket {
  label: string;
  language: string;
  source: string;
  created_ms: number;
  state: 'booked' | 'waiting' | 'called' | 'serving' | 'afterwork' | 'parked' | 'missing' | 'closed';
  outcome: null | 'served' | 'no_show' | 'deleted';
  since_ms: number;
  service: { id: number; names: Record<string, string> };
  lines: { service: number; names: Record<string, string>; state: 'ahead' | 'current' | 'served' | 'no_show' | 'deleted' }[];
  ahead: number | null;
  position: number | null;
  estimate_min: number | null;
  counters: Named[];
  counter: Named | null;
  transferred: boolean;
  recalls: number;
  /** All waiting that is over; the one that goes on is counted from `since_ms`. */
  waited_ms: number;
  called_ms: number | null;
  started_ms: number | null;
  ended_ms: number | null;
  put_back_at_ms: number | null;
  no_shows: number;
  no_shows_max: number;
  /** `asked`: there are questions. */
  feedback: { open_until_ms: number; asked: boolean; answered: boolean } | null;
}

export interface PhoneState {
  now_ms: number;
  zone: string;
  branch: Named;
  ticket: Ticket;
  notices: { call: string; feedback: string };
}

export type View = 'booked' | 'waiting' | 'nearly' | 'called' | 'serving' | 'parked' | 'missing' | 'feedback' | 'bye' | 'missed' | 'cancelled';

/** So many people ahead, and it is time to stand near. */
const NEARLY_AHEAD = 1;

/** The screen for a ticket. `skipped`: its holder does not want to answer questions. */
export function viewOf(ticket: Ticket, nowMs: number, skipped: boolean): View {
  switch (ticket.state) {
    case 'booked':
    case 'called':
    case 'serving':
    case 'parked':
    case 'missing':
      return ticket.state;
    case 'waiting':
      return ticket.ahead !== null && ticket.ahead <= NEARLY_AHEAD ? 'nearly' : 'waiting';
    // The clerk still writes; for the visitor it is over.
    case 'afterwork':
      return 'bye';
    case 'closed':
      if (ticket.outcome === 'no_show') return 'missed';
      if (ticket.outcome === 'deleted') return 'cancelled';
      return ticket.feedback?.asked && !ticket.feedback.answered && !skipped && nowMs < ticket.feedback.open_until_ms ? 'feedback' : 'bye';
  }
}

/** Whether something may still happen to the ticket. */
export function isOpen(ticket: Ticket): boolean {
  return ticket.state !== 'closed';
}

/** Names one call of a ticket, so that each is told once, and each recall again. */
export function callName(ticket: Ticket): string | null {
  return ticket.state === 'called' ? `${ticket.label} ${ticket.called_ms ?? ticket.since_ms} ${ticket.recalls}` : null;
}

export interface Span {
  low: number;
  high: number;
}

/** An estimate as people take it: a rounded span of minutes, `{0, 5}` for "any moment now". */
export function spanOf(minutes: number): Span {
  const step = minutes < 45 ? 5 : 15;
  if (minutes < 5) return { low: 0, high: 5 };
  const low = Math.max(5, Math.floor((minutes * 0.85) / step) * step);
  const high = Math.max(low + step, Math.ceil((minutes * 1.2) / step) * step);
  return { low, high };
}

/** The next span to show: the one before as long as it is true, so that it does not flutter. */
export function steady(before: Span | null, minutes: number | null): Span | null {
  if (minutes === null) return null;
  if (before && before.low <= minutes && minutes <= before.high && before.high > 5) return before;
  return spanOf(minutes);
}
