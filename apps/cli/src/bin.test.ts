import { describe, expect, it } from 'vitest';
import { bin, runProgram } from './testing/run-program.ts';

/** The Node of this test run, and the one that the machine has, which may be as old as 20. */
const nodes = [process.execPath, '/usr/bin/env node'];

describe('collimator', () => {
  it.each(nodes)('runs its own Node 24 when it is started with %s', async (node) => {
    const { exitCode, stdout } = await runProgram([...node.split(' '), bin, '--version']);
    expect(stdout).toBe('0.1.0\n');
    expect(exitCode).toBe(0);
  });

  it('passes the exit code on, and prints errors of usage on stderr', async () => {
    const { exitCode, stdout, stderr } = await runProgram([process.execPath, bin, 'engin']);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      "error [usage] unknown command 'engin' (Did you mean engine?)\n" +
        '  next: collimator --help lists the commands; each has its own --help\n',
    );
  });

  it('prints errors as one JSON document where data are JSON', async () => {
    const { exitCode, stdout, stderr } = await runProgram([process.execPath, bin, 'engine', 'export', '--json']);
    expect(exitCode).toBe(2);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: 'usage',
        message: "missing required argument 'file'",
        next: 'collimator --help lists the commands; each has its own --help',
      },
    });
  });
});
