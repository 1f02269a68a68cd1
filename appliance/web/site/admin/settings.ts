import type { Coordinates } from './place';

/** A text by the number of its language. */
export type Texts = Record<string, string>;

/** For each weekday, Monday first: spans of minutes since midnight. */
export type Hours = [number, number][][];

export interface Language {
  id: number;
  code: string;
  name: string;
}

export interface Service {
  id: number;
  tag: string;
  names: Texts;
  descriptions: Texts;
  hidden: boolean;
  disabled: boolean;
  hours: Hours | null;
  quota: number | null;
  expected_ms: number;
}

export interface Group {
  id: number;
  names: Texts;
  services: number[];
}

export interface Counter {
  id: number;
  name: string;
  serves: number[] | null;
  keypad: boolean;
}

export interface Worker {
  id: number;
  login: string;
  name: string;
  serves: number[] | null;
  rights: string[];
}

export interface Question {
  id: number;
  texts: Texts;
  answers: { id: number; value: number; texts: Texts }[];
}

export interface Survey {
  id: number;
  name: string;
  questions: Question[];
}

/** Tickets that customers of an app take from afar. A notice is a heading and a message. */
export interface VirtualTicket {
  enabled: boolean;
  radius_km: number | null;
  min_customers: number;
  min_waiting_min: number;
  allow_multi_ticket: boolean;
  warn_ahead: number;
  your_turn: [Texts, Texts];
  almost_your_turn: [Texts, Texts];
  site: { address: string; city: string; region: string; country: string; phone: string; email: string; website: string; coordinates: Coordinates };
}

/** The settings of a branch as the daemon writes them; what no form edits goes back as it came. */
export interface Settings {
  branch: number;
  name: string;
  zone: string;
  languages: Language[];
  services: Service[];
  groups: Group[];
  counters: Counter[];
  operators: Worker[];
  surveys: Survey[];
  rules: { no_shows_max: number; put_back_after_min: number | null; feedback_for_min: number; day_ends_minute: number; tolerance_tickets: number };
  bookings: {
    enabled: boolean;
    slot_min: number;
    hours: Hours;
    places: number;
    check_in_before_min: number;
    check_in_after_min: number;
    hold_min: number;
    pin_digits: number;
    priority: number;
  };
  smart_ticket: {
    enabled: boolean;
    public_url: string | null;
    dispenser_profile: number;
    survey: number;
    valid_min: number;
    printer: number | null;
    title: Texts;
    description: Texts;
    call_texts: Texts;
    feedback_texts: Texts;
    dispensers: { id: number; standby_s: number }[];
  };
  virtual_ticket: VirtualTicket;
  slip_footer: Texts;
  [other: string]: unknown;
}

/** Something that is amiss at the branch. */
export interface Check {
  code: string;
  severity: 'warning' | 'error';
  subject: string;
  /** In English. */
  message: string;
  remedy: string;
  /** What its sentences are made of. */
  values: Record<string, string | number | null>;
}

/** One difference between two versions. */
export interface Change {
  path: string;
  old: unknown;
  new: unknown;
}

/** One version of the settings. */
export interface Step {
  version: number;
  at_ms: number;
  by: 'operator' | 'technician' | 'box';
  who: { id: number; name: string } | null;
  changes: Change[];
  more_changes: number;
}

/** A number that nobody has, nor had when the page was opened. */
export function freeId(...lists: { id: number }[][]): number {
  return Math.max(0, ...lists.flat().map((each) => each.id)) + 1;
}

/** The name of something with texts, in the language shown or else the branch's first. */
export function nameOf(texts: Texts | undefined, settings: Settings, code: string): string {
  if (!texts) return '';
  const shown = settings.languages.find((each) => each.code.toLowerCase() === code) ?? settings.languages[0];
  return texts[String(shown?.id)] || texts[String(settings.languages[0]?.id)] || Object.values(texts).find(Boolean) || '';
}
