import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** How a command ended. */
interface Outcome {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** A command and its arguments before the program: `['taskset', '-c', '0']`. */
  readonly under?: readonly string[];
}

/** A running `collimator` command. */
export interface RunningCommand {
  readonly pid: number;
  readonly outcome: Promise<Outcome>;
  /** Settles once stdout and stderr together contain the text; rejects when the command ends before. */
  printed(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts `collimator` from source, as `npx collimator` does. */
export function startCollimator(args: readonly string[], options: CommandOptions = {}): RunningCommand {
  const [command, ...rest] = [
    ...(options.under ?? []),
    process.execPath,
    join(root, 'apps/cli/bin/collimator.js'),
    ...args,
  ];
  const child = spawn(command ?? process.execPath, rest, {
    cwd: root,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  const waiters = new Set<() => void>();
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      written[stream] += text;
      for (const waiter of waiters) waiter();
    });
  }
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, signal) => {
      resolve({ exitCode, signal, ...written });
    });
  });
  return {
    pid: child.pid ?? 0,
    outcome,
    printed: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!`${written.stdout}${written.stderr}`.includes(text)) return;
          waiters.delete(look);
          resolve();
        };
        waiters.add(look);
        void outcome.then(({ stderr }) => {
          reject(new Error(`ended without printing "${text}"; stderr:\n${stderr}`));
        });
        look();
      }),
    kill: (signal) => child.kill(signal),
  };
}

/** Runs `collimator` to its end. */
export async function collimator(args: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  return startCollimator(args, options).outcome;
}

/** Runs `collimator … --json` to its end and returns what it printed. Throws with its stderr where it failed. */
export async function collimatorJson<T>(args: readonly string[], options: CommandOptions = {}): Promise<T> {
  const outcome = await collimator([...args, '--json'], options);
  if (outcome.exitCode !== 0) {
    throw new Error(
      `collimator ${args.join(' ')} ended with ${outcome.exitCode ?? outcome.signal ?? '?'}:\n${outcome.stdout}${outcome.stderr}`,
    );
  }
  return JSON.parse(outcome.stdout) as T;
}

/** A folder that is gone when the block ends. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'collimator-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
