// Counts a run for scripts/prove.js, which prints the last line.
import { writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';

export default class Tally implements Reporter {
  #outcomes = new Map<string, string>();

  printsToStdio(): boolean {
    return false;
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    this.#outcomes.set(test.id, result.status);
  }

  onEnd(): void {
    const all = [...this.#outcomes.values()];
    const passed = all.filter((status) => status === 'passed').length;
    const skipped = all.filter((status) => status === 'skipped').length;
    const file = process.env.ANTEROOM_TALLY;
    if (file) writeFileSync(file, JSON.stringify({ passed, failed: all.length - passed - skipped }));
  }
}
