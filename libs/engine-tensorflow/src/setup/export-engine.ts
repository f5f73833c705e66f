import { rename, rm } from 'node:fs/promises';
import { relative, resolve } from 'node:path';

import { create } from 'tar';

import { chooseCache, chooseRecipe, type LocateOptions, pathsOf, verifyEngine } from './engine-location.ts';
import type { ProgressListener } from './progress.ts';

export interface ExportOptions extends LocateOptions {
  readonly progress?: ProgressListener | undefined;
}

/**
 * Writes the installed engine, verified, into one compressed tar that a machine without network or compiler can import.
 * The file appears when it is whole. Throws `engine_missing`, `engine_corrupt`.
 */
export async function exportEngine(file: string, options: ExportOptions = {}): Promise<void> {
  const recipe = await chooseRecipe(options);
  const cache = chooseCache(options);
  options.progress?.({ phase: 'verify', message: 'installed files', bytesDone: 0, bytesTotal: 0 });
  await verifyEngine({ ...options, recipe });
  options.progress?.({ phase: 'pack', message: file, bytesDone: 0, bytesTotal: 0 });
  const partial = `${file}.partial`;
  const folders = pathsOf(cache, recipe).map((folder) => relative(cache.root, folder));
  try {
    await create(
      { file: resolve(partial), cwd: cache.root, gzip: { level: 1 }, portable: true, strict: true },
      folders,
    );
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}
