import { mount, type Component } from 'svelte';
import { startTexts, type Sources } from './i18n.svelte';

/** Shows a page once its first texts are there, so that no key is ever seen and no press is lost. */
export async function start(page: Component, sources: Sources, code: string): Promise<void> {
  const target = document.getElementById('page');
  if (!target) throw new Error('the page has no place for itself');
  await startTexts(sources, code);
  target.replaceChildren();
  mount(page, { target });
}
