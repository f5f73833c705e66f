import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** Says at the end what was skipped and why, and closes with the one line that scripts read. */
export class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const cases = modules.flatMap((module) => [...module.children.allTests()]);
    const brokenModules = modules.filter((module) => module.errors().length > 0);
    const count = (state: string): number => cases.filter((test) => test.result().state === state).length;
    const failed = count('failed') + brokenModules.length + unhandled.length;
    const skipped = cases.filter((test) => test.result().state === 'skipped');

    this.#printSkipped(skipped);
    const tail = skipped.length === 0 ? '' : `, ${skipped.length} skipped`;
    process.stdout.write(`${count('passed')} passed, ${failed} failed${tail}\n`);
  }

  #printSkipped(skipped: readonly TestCase[]): void {
    if (skipped.length === 0) return;
    const reasons = new Map<string, number>();
    for (const test of skipped) {
      const result = test.result();
      const reason = (result.state === 'skipped' ? result.note : undefined) ?? 'no reason given';
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    process.stdout.write('Skipped:\n');
    for (const [reason, tests] of reasons) process.stdout.write(`  ${tests} test(s): ${reason}\n`);
  }
}
