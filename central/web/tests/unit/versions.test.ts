import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const tools = (path: string): Record<string, string> => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')).devDependencies;

it('this page is built with the very versions of the branch\'s pages, whose parts it shares', () => {
  expect(tools('../../../../appliance/web/package.json')).toMatchObject(tools('../../package.json'));
});
