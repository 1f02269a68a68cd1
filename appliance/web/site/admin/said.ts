import { count, language, listed, t } from '$shared/lib/i18n.svelte';
import { RIGHTS } from './rights';
import { nameOf, type Change, type Hours, type Settings, type Step, type Texts } from './settings';
import { clock, weekdays } from './week';
import { sectionOf, TITLES } from './ways';

/** Who made a version. */
export function author(step: Pick<Step, 'by' | 'who'>): string {
  if (step.who) return step.who.name || t('admin-operator-number', { number: step.who.id });
  return step.by === 'technician' ? t('admin-by-technician') : t('admin-by-box');
}

/** The section that a place belongs to, in words. */
export function partOf(path: string): string {
  return t(TITLES[sectionOf(path)].title);
}

/** Members of the settings, as the forms call them. */
const MEMBERS: Record<string, string> = {
  branch: 'admin-branch-number',
  name: 'admin-name',
  names: 'admin-name',
  descriptions: 'admin-description',
  description: 'admin-description',
  tag: 'admin-tag',
  hidden: 'admin-hide',
  disabled: 'admin-disable',
  hours: 'admin-hours',
  quota: 'admin-quota',
  expected_ms: 'admin-expected',
  services: 'admin-group-holds',
  serves: 'admin-able-text',
  keypad: 'admin-keypad',
  login: 'admin-login',
  rights: 'admin-rights',
  zone: 'admin-zone',
  no_shows_max: 'admin-no-shows-max',
  put_back_after_min: 'admin-put-back',
  feedback_for_min: 'admin-feedback-for',
  day_ends_minute: 'admin-day-ends',
  tolerance_tickets: 'admin-tolerance',
  slot_min: 'admin-slot',
  places: 'admin-places',
  check_in_before_min: 'admin-check-in-before',
  check_in_after_min: 'admin-check-in-after',
  hold_min: 'admin-hold',
  pin_digits: 'admin-pin',
  priority: 'admin-priority',
  public_url: 'admin-public-url',
  valid_min: 'admin-valid',
  survey: 'admin-survey',
  printer: 'admin-printer-number',
  dispensers: 'admin-dispensers',
  title: 'admin-smart-title',
  call_texts: 'admin-smart-call',
  feedback_texts: 'admin-smart-feedback',
  slip_footer: 'admin-slip-footer',
  code: 'admin-language-code',
  value: 'admin-answer-value',
  answers: 'admin-answers',
  questions: 'admin-questions-title',
  allow_multi_ticket: 'admin-virtual-many',
  radius_km: 'admin-radius',
  min_customers: 'admin-min-customers',
  min_waiting_min: 'admin-min-waiting',
  warn_ahead: 'admin-warn-ahead',
  your_turn: 'admin-virtual-call',
  almost_your_turn: 'admin-virtual-warning',
  address: 'admin-address',
  city: 'admin-city',
  region: 'admin-region',
  country: 'admin-country',
  phone: 'admin-phone',
  email: 'admin-email',
  website: 'admin-website',
  coordinates: 'admin-coordinates',
};
const LISTS = ['services', 'groups', 'counters', 'operators', 'languages', 'surveys'] as const;

/** What a change is about: the section, which one, what of it, in which language. */
export function placeOf(change: Change, settings: Settings): string {
  const [first = '', ...rest] = change.path.split('/').filter(Boolean);
  const words = [partOf(change.path)];
  const list = LISTS.find((each) => each === first);
  const found = list && rest.length > 0 ? itemName(list, Number(rest[0]), settings) : null;
  if (found && rest.length > 1) words.push(found);
  if (!list || rest.length > 0) {
    const member = (list ? rest.slice(1) : [first, ...rest]).find((each) => MEMBERS[each] !== undefined);
    if (member) words.push(t(MEMBERS[member] as string));
    else if (first === 'smart_ticket' && rest[0] === 'enabled') words.push(t('admin-smart-on'));
    else if (first === 'bookings' && rest[0] === 'enabled') words.push(t('admin-bookings-on'));
    else if (first === 'virtual_ticket' && rest[0] === 'enabled') words.push(t('admin-virtual-on'));
    else if (list && rest.length === 1) words.push(change.old === null ? t('admin-added') : t('admin-taken-away'));
  } else words.push(t('admin-order'));
  const last = rest.at(-1);
  const spoken = isTextsPath(change.path) && settings.languages.find((each) => String(each.id) === last);
  if (spoken) words.push(spoken.name);
  return words.join(' · ');
}

function isTextsPath(path: string): boolean {
  return /\/(names|descriptions|title|description|call_texts|feedback_texts|slip_footer|texts|(almost_)?your_turn\/[01])\/\d+$/.test(path);
}

function itemName(list: (typeof LISTS)[number], index: number, settings: Settings): string | null {
  const item = settings[list][index];
  if (!item) return null;
  return 'names' in item ? nameOf(item.names, settings, language()) : item.name;
}

/** A value as a person reads it. */
export function valueOf(value: unknown, path: string, settings: Settings): string {
  const member = path.split('/').at(-1) ?? '';
  if (value === null || value === undefined || value === '') return emptyOf(member);
  if (typeof value === 'boolean') return value ? t('admin-yes') : t('admin-no');
  if (typeof value === 'number') {
    if (member === 'day_ends_minute') return clock(value);
    return count(member === 'expected_ms' ? value / 60_000 : value);
  }
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return listOf(value, member, settings);
  return titleOf(value as Record<string, unknown>, settings);
}

function emptyOf(member: string): string {
  if (member === 'serves') return t('admin-serves-all');
  if (member === 'hours') return t('admin-always');
  return '–';
}

function listOf(value: unknown[], member: string, settings: Settings): string {
  if (value.length === 0) return '–';
  if (member === 'rights') return listed(RIGHTS.filter((each) => value.includes(each.right)).map((each) => t(each.title)));
  if (member === 'hours') return weekOf(value as Hours);
  if (member === 'serves' || member === 'services') return listed(value.map((id) => nameOf(settings.services.find((each) => each.id === id)?.names, settings, language()) || String(id)));
  if (value.every((each) => typeof each === 'number' || typeof each === 'string')) return value.join(', ');
  return listed(value.map((each) => (typeof each === 'object' && each !== null ? titleOf(each as Record<string, unknown>, settings) : String(each))));
}

/** A week of hours in a line. */
export function weekOf(hours: Hours): string {
  const days = weekdays('short');
  const times = hours.map((spans) => spans.map(([from, to]) => `${clock(from)}–${clock(to)}`).join(' '));
  const said: string[] = [];
  for (let day = 0; day < times.length; ) {
    const first = day;
    while (day < times.length && times[day] === times[first]) day += 1;
    const name = day - first > 1 ? `${days[first]}–${days[day - 1]}` : days[first];
    if (times[first]) said.push(`${name} ${times[first]}`);
  }
  return said.length === 0 ? t('admin-closed') : listed(said);
}

/** Something as a whole, by its name. */
function titleOf(value: Record<string, unknown>, settings: Settings): string {
  if (value.names) return nameOf(value.names as Texts, settings, language());
  if (typeof value.name === 'string' && value.name) return value.name;
  return Object.values(value).filter((each) => typeof each === 'string').join(', ') || '…';
}
