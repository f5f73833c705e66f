import { mkdir, statfs } from 'node:fs/promises';

import { CollimatorError, type Problem } from '@collimator/errors';

import { formatBytes } from './progress.ts';
import { runProcess } from './run-process.ts';

export const pipRemedy = 'install Python 3 with pip (apt-get install python3-pip, or dnf install python3-pip)';
export const compilerRemedy = 'install g++ (apt-get install g++, or dnf install gcc-c++)';
export const diskRemedy = 'make room, or set COLLIMATOR_ENGINE_CACHE to a folder on a larger disk';
export const importRemedy =
  'run "npx collimator engine export FILE" on a machine that has the engine, and "npx collimator engine import FILE" here';

/** Version line of pip, or `undefined` where `python3 -m pip` does not work. */
export async function pipVersion(): Promise<string | undefined> {
  return versionLine('python3', ['-m', 'pip', '--version']);
}

/** Version line of g++, or `undefined`. */
export async function compilerVersion(): Promise<string | undefined> {
  return versionLine('g++', ['--version']);
}

async function versionLine(program: string, args: readonly string[]): Promise<string | undefined> {
  const result = await runProcess(program, args);
  return result.exitCode === 0 ? result.stdout.split('\n')[0] : undefined;
}

/** Bytes that this user may still write into the folder, which is made if need be. */
export async function freeBytes(folder: string): Promise<number> {
  await mkdir(folder, { recursive: true });
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** What an installation needs besides the compiler. */
export interface Needs {
  readonly pip: boolean;
  /** Bytes that it writes. */
  readonly bytes: number;
}

/** Throws one `engine_missing` that names everything that is missing, before anything is downloaded. */
export async function assertPrerequisites(folder: string, needs: Needs): Promise<void> {
  const problems: Problem[] = [];
  if (needs.pip && (await pipVersion()) === undefined) {
    problems.push({ field: 'python3', message: `"python3 -m pip" does not work: ${pipRemedy}` });
  }
  if ((await compilerVersion()) === undefined) {
    problems.push({ field: 'g++', message: `there is no C++ compiler: ${compilerRemedy}` });
  }
  const free = await freeBytes(folder);
  if (free < needs.bytes) {
    const sizes = `${formatBytes(free)} free, ${formatBytes(needs.bytes)} needed`;
    problems.push({ field: 'disk', message: `too little room in ${folder} (${sizes}): ${diskRemedy}` });
  }
  if (problems.length === 0) return;
  const summary = problems.map(({ message }) => message).join('; ');
  throw new CollimatorError('engine_missing', `the engine cannot be set up on this machine: ${summary}`, {
    next: `do what is named, or ${importRemedy}`,
    problems,
  });
}
