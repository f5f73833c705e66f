import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The file that `npx collimator` starts. */
export const bin = fileURLToPath(new URL('../../bin/collimator.js', import.meta.url));

/** How a program ended, and what it wrote. */
export interface ProgramResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program with its arguments to its end. */
export function runProgram([program = '', ...words]: readonly string[]): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const child = execFile(program, words, (_error, stdout, stderr) => {
      resolve({ exitCode: child.exitCode, stdout, stderr });
    });
  });
}
