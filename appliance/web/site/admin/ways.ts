import { tick } from 'svelte';
import type { Settings } from './settings';

export const SECTIONS = ['overview', 'services', 'hours', 'bookings', 'counters', 'operators', 'words', 'surveys', 'smart', 'virtual', 'rules', 'devices', 'screens', 'history'] as const;
export type Section = (typeof SECTIONS)[number];

/** What each section is called, and its sign. */
export const TITLES = {
  overview: { title: 'admin-overview', icon: 'check' },
  services: { title: 'admin-services', icon: 'ticket' },
  hours: { title: 'admin-hours', icon: 'clock' },
  bookings: { title: 'admin-bookings', icon: 'calendar' },
  counters: { title: 'admin-counters', icon: 'desk' },
  operators: { title: 'admin-operators', icon: 'people' },
  words: { title: 'admin-words', icon: 'globe' },
  surveys: { title: 'admin-surveys', icon: 'star' },
  smart: { title: 'admin-smart', icon: 'phone' },
  virtual: { title: 'admin-virtual', icon: 'person' },
  rules: { title: 'admin-rules', icon: 'gear' },
  devices: { title: 'admin-devices', icon: 'printer' },
  screens: { title: 'admin-screens', icon: 'screen' },
  history: { title: 'admin-history', icon: 'again' },
} as const satisfies Record<Section, { title: string; icon: string }>;

/** Where the page is: `#/services/3`. */
export interface Way {
  section: Section;
  item: string | null;
}

export function wayOf(hash: string): Way {
  const [, section = '', item] = hash.split('/');
  return { section: SECTIONS.find((each) => each === section) ?? 'overview', item: item || null };
}

const SECTION_OF: Record<string, Section> = {
  services: 'services',
  groups: 'services',
  bookings: 'bookings',
  counters: 'counters',
  operators: 'operators',
  languages: 'words',
  slip_footer: 'words',
  surveys: 'surveys',
  smart_ticket: 'smart',
  virtual_ticket: 'virtual',
  devices: 'devices',
};

/** The section that a JSON pointer into the settings, or a check's subject, belongs to. */
export function sectionOf(path: string): Section {
  return SECTION_OF[path.split('/').filter(Boolean)[0] ?? ''] ?? 'rules';
}

/** The page on which a place of the settings is edited. */
export function hashOf(path: string, settings: Settings): string {
  const [list, index] = path.split('/').filter(Boolean);
  const section = sectionOf(path);
  if (list === 'groups') return `#/services/group-${settings.groups[Number(index)]?.id ?? ''}`;
  if (list === 'services' || list === 'counters' || list === 'operators' || list === 'surveys') {
    const found = settings[list][Number(index)];
    return found ? `#/${section}/${found.id}` : `#/${section}`;
  }
  return `#/${section}`;
}

/** The page that a check is about; none where no page of this administration mends it. */
export function hashOfSubject(subject: string): string | null {
  const [list, id] = subject.split('/');
  switch (list) {
    case 'services':
    case 'counters':
    case 'operators':
      return `#/${list}${id ? `/${id}` : ''}`;
    case 'languages':
      return `#/words${id ? `/${id}` : ''}`;
    case 'smart_ticket':
      return '#/smart';
    case 'bookings':
    case 'devices':
      return `#/${list}`;
    default:
      return null;
  }
}

/** Goes to the field of a place, or to the nearest thing around it. */
export async function focusPath(path: string): Promise<void> {
  await tick();
  for (let at = path; at; at = at.slice(0, at.lastIndexOf('/'))) {
    const found = document.querySelector<HTMLElement>(`[data-path="${CSS.escape(at)}"]`);
    if (!found) continue;
    const field = found.matches('input, select, textarea, button') ? found : (found.querySelector<HTMLElement>('input, select, textarea, button') ?? found);
    field.scrollIntoView({ block: 'center' });
    field.focus();
    return;
  }
}
