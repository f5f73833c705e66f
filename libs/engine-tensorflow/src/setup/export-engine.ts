import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

import { CollimatorError } from '@collimator/errors';
import { create } from 'tar';

import { chooseCache, chooseRecipe, type LocateOptions, pathsOf, verifyEngine } from './engine-location.ts';
import { concerns, explainFailure } from './file-failure.ts';
import { manifestBytes } from './file-manifest.ts';
import type { InstallOptions } from './install-engine.ts';
import { countBytes, formatBytes, type ProgressListener } from './progress.ts';

/**
 * Writes the installed engine, verified, into one compressed tar that a machine without network or compiler can import.
 * The file appears when it is whole. Throws `engine_missing`, `engine_corrupt`, `engine_failed` (the file cannot be written),
 * `interrupted`.
 */
export async function exportEngine(file: string, options: LocateOptions & InstallOptions = {}): Promise<void> {
  const { progress, signal } = options;
  const recipe = await chooseRecipe(options);
  const cache = chooseCache(options);
  progress?.({ phase: 'verify', message: 'installed files', bytesDone: 0, bytesTotal: 0 });
  await verifyEngine({ ...options, recipe });
  const folders = pathsOf(cache, recipe);
  const bytesTotal = (await Promise.all(folders.map(manifestBytes))).reduce((sum, bytes) => sum + bytes, 0);
  const members = folders.map((folder) => relative(cache.root, folder));
  const partial = `${file}.partial`;
  try {
    await pipeline(
      create({ cwd: cache.root, portable: true, strict: true }, members),
      countBytes(packing(file, bytesTotal, progress)),
      createGzip({ level: 1 }),
      createWriteStream(partial),
      signal ? { signal } : {},
    );
    await rename(partial, file);
  } catch (cause) {
    if (signal?.aborted) throw new CollimatorError('interrupted', `the export to ${file} was interrupted`, { cause });
    throw concerns(cause, partial, 'write') ? notWritten(file, cause) : cause;
  } finally {
    // Where it could not be made it cannot be removed either, and why was said already.
    await rm(partial, { force: true }).catch(() => undefined);
  }
}

function notWritten(file: string, cause: unknown): unknown {
  const next = 'name a file in a folder that exists, that you may write and that has room';
  return explainFailure(cause, `the archive ${file} cannot be written`, next);
}

/** A tar is a little larger than its files. */
function packing(file: string, bytesTotal: number, progress: ProgressListener | undefined): (done: number) => void {
  const message = `${file} (${formatBytes(bytesTotal)} before compression)`;
  return (bytes) => progress?.({ phase: 'pack', message, bytesDone: Math.min(bytes, bytesTotal), bytesTotal });
}
