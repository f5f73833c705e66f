import { describe, expect, it } from 'vitest';

import { lastLines, runProcess } from './run-process.ts';

describe('runProcess', () => {
  it('returns what a program said and how it ended', async () => {
    const result = await runProcess('sh', ['-c', 'echo out; echo "$WORD" >&2; exit 3'], {
      environment: { WORD: 'err' },
    });
    expect(result).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
  });

  it('has no exit code for a program that is not there', async () => {
    expect(await runProcess('collimator-no-such-program', [])).toMatchObject({ exitCode: undefined });
  });

  it('has a failing exit code for a program that a signal ended', async () => {
    expect((await runProcess('sh', ['-c', 'kill -9 $$'])).exitCode).toBe(128);
  });

  it('keeps the end of long output', async () => {
    const { stdout } = await runProcess('sh', ['-c', 'seq 1 100000']);
    expect(stdout.length).toBe(65_536);
    expect(lastLines(stdout, 2)).toBe('99999\n100000');
  });

  it('ends the program when aborted', async () => {
    const started = Date.now();
    const sleeping = runProcess('sleep', ['60'], { signal: AbortSignal.timeout(100) });
    await expect(sleeping).rejects.toMatchObject({ code: 'interrupted', message: 'sleep was interrupted' });
    expect(Date.now() - started).toBeLessThan(10_000);
  });
});
