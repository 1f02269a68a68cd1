import { getContext, setContext } from 'svelte';
import type { HeadOffice } from './head-office.svelte';

const HERE = Symbol('head office');

export function provide(office: HeadOffice): void {
  setContext(HERE, office);
}

export function headOffice(): HeadOffice {
  return getContext<HeadOffice>(HERE);
}
