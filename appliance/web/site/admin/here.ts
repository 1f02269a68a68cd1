import { getContext, setContext } from 'svelte';
import type { Office } from './office.svelte';
import type { Settings } from './settings';

const KEY = Symbol('office');

/** Gives the page's office to all its parts. */
export function provide(office: Office): void {
  setContext(KEY, office);
}

export function office(): Office {
  return getContext<Office>(KEY);
}

/** The draft that the page's parts edit; they are shown only while there is one. */
export function draftOf(here: Office): Settings {
  if (!here.draft) throw new Error('there is no draft');
  return here.draft;
}
