import { spawn } from 'node:child_process';

import { CollimatorError } from '@collimator/errors';

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly workingFolder?: string;
  /** Aborting ends the process and rejects with `interrupted`. */
  readonly signal?: AbortSignal | undefined;
}

export interface ProcessResult {
  /** `undefined` if the program could not be found on the PATH; 128 + signal if a signal ended it. */
  readonly exitCode: number | undefined;
  /** The last 64 KiB of each stream. */
  readonly stdout: string;
  readonly stderr: string;
}

const tailLength = 65_536;

/** Keeps the end of a stream's text. */
class Tail {
  text = '';

  readonly append = (chunk: string): void => {
    this.text = (this.text + chunk).slice(-tailLength);
  };
}

/**
 * Runs one program to its end, without a shell. A program that fails or is not there is a result, not an error, because
 * each caller has another remedy for it. Throws `interrupted` when aborted.
 */
export function runProcess(program: string, args: readonly string[], options: RunOptions = {}): Promise<ProcessResult> {
  const { promise, resolve, reject } = Promise.withResolvers<ProcessResult>();
  const stdout = new Tail();
  const stderr = new Tail();
  const finish = (exitCode: number | undefined): void => {
    resolve({ exitCode, stdout: stdout.text, stderr: stderr.text });
  };
  const child = spawn(program, args, {
    env: { ...process.env, ...options.environment },
    cwd: options.workingFolder,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: options.signal,
  });
  child.stdout.setEncoding('utf8').on('data', stdout.append);
  child.stderr.setEncoding('utf8').on('data', stderr.append);
  child.on('error', (error: NodeJS.ErrnoException) => {
    if (error.name === 'AbortError') reject(new CollimatorError('interrupted', `${program} was interrupted`));
    else if (error.code === 'ENOENT' || error.code === 'EACCES') finish(undefined);
    else reject(error);
  });
  child.on('close', (code) => {
    finish(code ?? 128);
  });
  return promise;
}

/** The last lines of what a program wrote, for an error message. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
