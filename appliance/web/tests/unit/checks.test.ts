import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TROUBLES, wordsOf } from '../../site/admin/checks';

const sources = resolve(import.meta.dirname, '../../../src/checks');
const written = ['branch.rs', 'machine.rs'].map((name) => readFileSync(join(sources, name), 'utf8')).join('\n');
const codes = new Set([...written.matchAll(/"([a-z]+(?:_[a-z]+)+)"/g)].map(([, code]) => code as string));
/** Words in quotes that are no codes: subjects, and names of values. */
const OTHERS = ['smart_ticket', 'free_mib', 'total_mib', 'checked_ms', 'since_ms'];

describe('what is amiss', () => {
  it('has a sentence for every code that the branch knows', () => {
    expect(readdirSync(sources)).toContain('branch.rs');
    const known = [...codes].filter((code) => !OTHERS.includes(code));
    expect(known.length).toBeGreaterThan(25);
    const values = { trouble: 'paper-out' };
    const silent = known.filter((code) => wordsOf({ code, severity: 'error', subject: '', message: '', remedy: '', values }, 'UTC') === null);
    expect(silent).toEqual([]);
  });

  it('has a sentence for every trouble of a device', () => {
    const source = readFileSync(resolve(sources, '../../../drivers/src/link_state.rs'), 'utf8');
    const of = source.slice(source.indexOf('impl Reason {'));
    const words = [...of.matchAll(/Self::\w+ => "([a-z-]+)",/g)].map(([, word]) => word as string);
    expect(words.length).toBeGreaterThan(20);
    expect(words.filter((word) => !TROUBLES[word])).toEqual([]);
  });

  it('leaves to the branch what this page does not know', () => {
    expect(wordsOf({ code: 'moon_too_bright', severity: 'error', subject: '', message: '', remedy: '', values: {} }, 'UTC')).toBeNull();
    expect(wordsOf({ code: 'device_trouble', severity: 'error', subject: '', message: '', remedy: '', values: { trouble: 'bored' } }, 'UTC')).toBeNull();
  });
});
