/** What an operator may do: the word in the settings, its name and its sentence. */
export const RIGHTS = [
  { right: 'counter', title: 'admin-right-counter', text: 'admin-right-counter-text' },
  { right: 'select_services', title: 'admin-right-services', text: 'admin-right-services-text' },
  { right: 'select_tickets', title: 'admin-right-tickets', text: 'admin-right-tickets-text' },
  { right: 'park', title: 'admin-right-park', text: 'admin-right-park-text' },
  { right: 'transfer', title: 'admin-right-transfer', text: 'admin-right-transfer-text' },
  { right: 'hall', title: 'admin-right-hall', text: 'admin-right-hall-text' },
  { right: 'administration', title: 'admin-right-administration', text: 'admin-right-administration-text' },
] as const;

export const CLERK = ['counter', 'select_services', 'select_tickets', 'park', 'transfer'];

/** In the order in which the branch writes them. */
export function ordered(rights: Iterable<string>): string[] {
  const has = new Set(rights);
  return RIGHTS.map((each) => each.right).filter((right) => has.has(right));
}
