import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const bin = fileURLToPath(new URL('../bin/collimator.js', import.meta.url));

/** The Node of this test run, and the one that the machine has, which may be as old as 20. */
const nodes = [process.execPath, '/usr/bin/env node'];

describe('collimator', () => {
  it.each(nodes)('runs its own Node 24 when it is started with %s', async (node) => {
    const { exitCode, stdout } = await run([...node.split(' '), bin, '--version']);
    expect(stdout).toBe('0.1.0\n');
    expect(exitCode).toBe(0);
  });

  it('passes the exit code on, and prints errors of usage on stderr', async () => {
    const { exitCode, stdout, stderr } = await run([process.execPath, bin, 'engin']);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      "error [usage] unknown command 'engin' (Did you mean engine?)\n" +
        '  next: collimator --help lists the commands; each has its own --help\n',
    );
  });

  it('prints errors as one JSON document where data are JSON', async () => {
    const { exitCode, stdout, stderr } = await run([process.execPath, bin, 'engine', 'export', '--json']);
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

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run([program = '', ...words]: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(program, words, (_error, stdout, stderr) => {
      resolve({ exitCode: child.exitCode, stdout, stderr });
    });
  });
}
