import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const bin = fileURLToPath(new URL('../apps/cli/bin/collimator.js', import.meta.url));

/** Runs `collimator … --json` from source and returns what it printed; rejects with its stderr where it failed. */
export async function runCollimator<T>(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<T> {
  const { stdout } = await execute(process.execPath, [bin, ...args, '--json'], {
    env: { ...process.env, ...env },
    maxBuffer: 1 << 28,
  });
  return JSON.parse(stdout) as T;
}
