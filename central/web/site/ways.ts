/** What the list shows. */
export const SHOWN = ['all', 'trouble', 'away'] as const;
export type Shown = (typeof SHOWN)[number];

/** What figures are taken by. */
export const BY = ['day', 'hour', 'service', 'counter', 'operator'] as const;
export type By = (typeof BY)[number];

/** What the chart shows of them. */
export const MEASURES = ['visits', 'waiting', 'serving', 'on_site'] as const;
export type Measure = (typeof MEASURES)[number];

/** A day as `2026-11-22`. */
export type Day = string;

/** Where the page is; all of it stands in the address, behind the `#`. */
export type Way =
  | { page: 'branches'; search: string; shown: Shown }
  | { page: 'branch'; id: number }
  | { page: 'figures'; id: number; from: Day | null; to: Day | null; by: By; measure: Measure };

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function among<T extends string>(all: readonly T[], wish: string | null, usual: T): T {
  return all.find((each) => each === wish) ?? usual;
}

export function wayOf(hash: string): Way {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?');
  const [, room, number, part] = path.split('/');
  const asked = new URLSearchParams(query);
  const id = Number(number);
  if (room !== 'branches' || !Number.isInteger(id) || id < 1) {
    return { page: 'branches', search: asked.get('search') ?? '', shown: among(SHOWN, asked.get('shown'), 'all') };
  }
  if (part !== 'figures') return { page: 'branch', id };
  const day = (name: string): Day | null => (DAY.test(asked.get(name) ?? '') ? asked.get(name) : null);
  return { page: 'figures', id, from: day('from'), to: day('to'), by: among(BY, asked.get('by'), 'hour'), measure: among(MEASURES, asked.get('measure'), 'visits') };
}

export function hashOf(way: Way): string {
  const asked = new URLSearchParams();
  const say = (name: string, value: string | null, usual = ''): void => {
    if (value !== null && value !== usual) asked.set(name, value);
  };
  let path = '#/';
  if (way.page === 'branches') {
    say('search', way.search);
    say('shown', way.shown, 'all');
  } else {
    path = `#/branches/${way.id}`;
    if (way.page === 'figures') {
      path += '/figures';
      say('from', way.from);
      say('to', way.to);
      say('by', way.by, 'hour');
      say('measure', way.measure, 'visits');
    }
  }
  const query = asked.toString();
  return query ? `${path}?${query}` : path;
}
