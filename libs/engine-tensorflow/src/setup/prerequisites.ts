import { mkdir, statfs } from 'node:fs/promises';

import { CollimatorError, type Problem } from '@collimator/errors';

import { formatBytes } from './progress.ts';
import { runProcess } from './run-process.ts';

const importRemedy =
  'or run "npx collimator engine export FILE" on a machine that has it, and "npx collimator engine import FILE" here';

export const pipRemedy = 'install Python 3 with pip (apt-get install python3-pip, or dnf install python3-pip)';
export const compilerRemedy = 'install g++ (apt-get install g++, or dnf install gcc-c++)';

const oldestGlibc = '2.27';

/** Version of glibc, or `undefined` where Node runs on another C library. */
export function glibcVersion(): string | undefined {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime;
}

/** What keeps TensorFlow's wheels from running on this platform, or `undefined`. */
export function platformProblem(platform: string, arch: string, glibc: string | undefined): string | undefined {
  if (platform !== 'linux' || arch !== 'x64') return `${platform} ${arch} is not supported, only Linux x64`;
  if (glibc === undefined) return 'this Linux has no glibc (musl?), which TensorFlow needs';
  const older = glibc.localeCompare(oldestGlibc, undefined, { numeric: true }) < 0;
  return older ? `glibc ${glibc} is older than ${oldestGlibc}` : undefined;
}

export const platformRemedy =
  'run Collimator in a container: docker run --rm -it -v "$PWD":/work -w /work node:24-bookworm bash';

/** Throws `platform_unsupported` anywhere but on Linux x64 with glibc 2.27 or newer. */
export function assertPlatform(): void {
  const problem = platformProblem(process.platform, process.arch, glibcVersion());
  if (problem !== undefined) throw new CollimatorError('platform_unsupported', problem, { next: platformRemedy });
}

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

/** Bytes free for this user where the folder is or will be. */
export async function freeBytes(folder: string): Promise<number> {
  await mkdir(folder, { recursive: true });
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

export interface Needs {
  readonly pip: boolean;
  readonly compiler: boolean;
  readonly bytes: number;
}

/** Throws one `engine_missing` that names everything that is missing, before anything is downloaded. */
export async function assertPrerequisites(folder: string, needs: Needs): Promise<void> {
  const problems: Problem[] = [];
  if (needs.pip && (await pipVersion()) === undefined) {
    problems.push({ field: 'python3', message: `"python3 -m pip" does not work; ${pipRemedy}` });
  }
  if (needs.compiler && (await compilerVersion()) === undefined) {
    problems.push({ field: 'g++', message: `no C++ compiler was found; ${compilerRemedy}` });
  }
  const free = await freeBytes(folder);
  if (free < needs.bytes) {
    const message = `${folder} has ${formatBytes(free)} free, ${formatBytes(needs.bytes)} are needed; set COLLIMATOR_ENGINE_CACHE to a larger disk`;
    problems.push({ field: 'disk', message });
  }
  if (problems.length === 0) return;
  const summary = problems.map(({ message }) => message).join('; ');
  throw new CollimatorError('engine_missing', `the engine cannot be set up here: ${summary}`, {
    next: `mend what is named, ${importRemedy}`,
    problems,
  });
}
