import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { CollimatorError } from '@collimator/errors';

import type { CacheFolder } from './cache-folder.ts';
import { sha256OfFile } from './hashing.ts';
import type { PinnedWheel } from './pinned-wheels.ts';
import { importRemedy } from './prerequisites.ts';
import { lastLines, type ProcessResult, runProcess } from './run-process.ts';

export interface FetchOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told how many bytes of this wheel are on disk. */
  readonly onBytes: (bytes: number) => void;
}

/** Always the same, so that any Python 3 can fetch the wheels, whatever its own version. */
const target = ['--python-version', '311', '--implementation', 'cp', '--abi', 'cp311'];
/** Platforms of the pinned wheels, as pip names them. */
export const wheelPlatforms = [
  'manylinux_2_27_x86_64',
  'manylinux_2_25_x86_64',
  'manylinux2014_x86_64',
  'manylinux2010_x86_64',
];
const pollMs = 250;

/**
 * Puts one pinned wheel into the cache with pip, whose index, proxy and certificate settings thereby hold. A wheel that
 * is already there is hashed, not fetched. Throws `engine_missing` (no network, no such file), `engine_corrupt` (another
 * hash), `interrupted`.
 */
export async function fetchWheel(cache: CacheFolder, wheel: PinnedWheel, options: FetchOptions): Promise<string> {
  const path = cache.wheel(wheel.file);
  if (await isIntact(path, wheel)) {
    options.onBytes(wheel.bytes);
    return path;
  }
  await mkdir(cache.partial, { recursive: true });
  const folder = await mkdtemp(join(cache.partial, 'download-'));
  try {
    const result = await watchGrowth(folder, wheel, options, () => download(folder, wheel, options.signal));
    if (result.exitCode !== 0) throw downloadError(wheel, result);
    await mkdir(dirname(path), { recursive: true });
    await rename(join(folder, wheel.file), path);
    options.onBytes(wheel.bytes);
    return path;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function isIntact(path: string, wheel: PinnedWheel): Promise<boolean> {
  const size = (await stat(path).catch(() => undefined))?.size;
  return size !== undefined && (await sha256OfFile(path)) === wheel.sha256;
}

/** pip writes into its temporary folder first; that one is put beside the result, so that growth can be watched. */
async function download(folder: string, wheel: PinnedWheel, signal?: AbortSignal): Promise<ProcessResult> {
  const requirements = join(folder, 'requirements.txt');
  await writeFile(requirements, `${wheel.project}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
  const pip = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--require-hashes', '--no-cache-dir'];
  const quiet = ['--no-input', '--disable-pip-version-check', '--progress-bar', 'off'];
  const tags = [...target, ...wheelPlatforms.flatMap((platform) => ['--platform', platform])];
  return runProcess('python3', [...pip, ...quiet, ...tags, '--dest', folder, '--requirement', requirements], {
    environment: { TMPDIR: folder },
    signal,
  });
}

/** pip tells a program nothing of its progress; the size of what it has written does. */
async function watchGrowth<T>(
  folder: string,
  wheel: PinnedWheel,
  { onBytes }: FetchOptions,
  work: () => Promise<T>,
): Promise<T> {
  const finished = new AbortController();
  const watch = async (): Promise<void> => {
    while (!finished.signal.aborted) {
      onBytes(Math.min(await folderBytes(folder), wheel.bytes));
      await sleep(pollMs, undefined, { signal: finished.signal }).catch(() => undefined);
    }
  };
  const watching = watch();
  try {
    return await work();
  } finally {
    finished.abort();
    await watching;
  }
}

async function folderBytes(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    files
      .filter((file) => file.isFile())
      .map(async (file) => (await stat(join(file.parentPath, file.name)).catch(() => undefined))?.size ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function downloadError(wheel: PinnedWheel, result: ProcessResult): CollimatorError {
  const said = lastLines(result.stderr, 5);
  if (result.stderr.includes('DO NOT MATCH THE HASHES')) {
    return new CollimatorError('engine_corrupt', `${wheel.file} does not have the pinned SHA-256; pip said:\n${said}`, {
      next: 'check which index or proxy pip uses (pip config list): it serves another file under this name',
    });
  }
  return new CollimatorError('engine_missing', `pip could not download ${wheel.file}; it said:\n${said}`, {
    next: `check the network and pip's index and proxy settings (pip config list), or ${importRemedy}`,
  });
}
