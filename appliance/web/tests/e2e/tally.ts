// The last line of a run: `N passed, N failed`.
import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';

export default class Tally implements Reporter {
  #outcomes = new Map<string, string>();

  onTestEnd(test: TestCase, result: TestResult): void {
    this.#outcomes.set(test.id, result.status);
  }

  onEnd(result: FullResult): void {
    const all = [...this.#outcomes.values()];
    const passed = all.filter((status) => status === 'passed').length;
    const skipped = all.filter((status) => status === 'skipped').length;
    const failed = all.length - passed - skipped + (result.status === 'passed' || all.length > passed + skipped ? 0 : 1);
    // After every other reporter's words.
    process.on('exit', () => process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`));
  }
}
