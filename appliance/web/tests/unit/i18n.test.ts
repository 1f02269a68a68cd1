import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FluentBundle, FluentResource } from '@fluent/bundle';
import { expect, test } from 'vitest';
import { pseudo } from '../../shared/lib/pseudo';

const folder = join(import.meta.dirname, '../../texts');
const languages = readdirSync(folder);

test.each(languages)('every text of %s can be read and filled', (code) => {
  for (const file of readdirSync(join(folder, code))) {
    const source = readFileSync(join(folder, code, file), 'utf8');
    const bundle = new FluentBundle(code);
    expect(bundle.addResource(new FluentResource(source))).toEqual([]);
    const ids = [...source.matchAll(/^([a-z][a-z0-9-]*)\s*=/gm)].map((match) => match[1] ?? '');
    for (const id of ids) {
      const names = [...source.matchAll(/\$([a-zA-Z]+)/g)].map((match) => match[1] ?? '');
      for (const value of [0, 1, 2, 3, 11, 100]) {
        const errors: Error[] = [];
        const pattern = bundle.getMessage(id)?.value;
        expect(pattern, `${file}: ${id}`).toBeTruthy();
        const text = pattern ? bundle.formatPattern(pattern, Object.fromEntries(names.map((name) => [name, value])), errors) : '';
        expect(errors, `${file}: ${id} with ${value}`).toEqual([]);
        expect(text).not.toMatch(/\{|\}/);
      }
    }
  }
});

test('pseudo-language leaves no plain letter and takes more room', () => {
  const text = pseudo('Take a ticket');
  expect(text).not.toMatch(/[A-Za-z]/);
  expect([...text].length).toBeGreaterThan('Take a ticket'.length * 1.2);
});
