import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const read = (path: string): string => readFileSync(resolve(import.meta.dirname, '../..', path), 'utf8');

/** The named values of each `:root` block, in their order. */
function named(css: string): Record<string, string>[] {
  return [...css.matchAll(/:root[^{]*\{([^}]*)\}/g)].map(([, block]) => Object.fromEntries([...(block ?? '').matchAll(/(--[a-z-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value])));
}

describe('the look, in names', () => {
  const [light = {}, dark = {}, told = {}, ...others] = named(read('shared/base.css'));

  it('is the same dark for a device at night and for a page that is told to be dark', () => {
    expect(others).toEqual([]);
    expect(Object.keys(dark).length).toBeGreaterThan(15);
    expect(told).toEqual(dark);
  });

  // The program carries that page itself, so that it is there without a build of the others.
  it('is that of the page of interfaces too', () => {
    const [day = {}, night = {}, ...more] = named(read('../serve/docs/page.css'));
    expect(more).toEqual([]);
    expect(Object.keys(day).length).toBeGreaterThan(10);
    expect(Object.keys(night)).toEqual(Object.keys(day));
    for (const [name, value] of Object.entries(day)) expect([name, light[name]]).toEqual([name, value]);
    for (const [name, value] of Object.entries(night)) expect([name, dark[name]]).toEqual([name, value]);
  });
});
