import { rm } from 'node:fs/promises';
import { CollimatorError } from '@collimator/errors';

import type { CacheFolder } from './cache-folder.ts';
import {
  assertIntact,
  chooseCache,
  chooseRecipe,
  type EngineLocation,
  findEngine,
  locateEngine,
  type LocateOptions,
  pathsOf,
} from './engine-location.ts';
import { installEngine, type InstallOptions } from './install-engine.ts';
import { assertPlatform } from './prerequisites.ts';
import { type ProgressListener } from './progress.ts';
import type { EngineRecipe } from './recipe.ts';
import { type LockOwner, withLock } from './set-up-lock.ts';

export interface EnsureOptions extends LocateOptions, InstallOptions {
  /** Hash every byte and replace what is damaged, instead of refusing it: what `engine install` does. */
  readonly repair?: boolean | undefined;
}

/**
 * The engine of this version, installed first where it is missing: download of the pinned wheels, two libraries and the C
 * headers unpacked, two addons compiled. Safe when several processes call it at once: one works, the others wait. Throws
 * `platform_unsupported`, `engine_missing`, `engine_corrupt`, `engine_failed`, `interrupted`.
 */
export async function ensureEngine(options: EnsureOptions = {}): Promise<EngineLocation> {
  assertPlatform();
  const recipe = await chooseRecipe(options);
  const cache = chooseCache(options);
  if (options.repair !== true) {
    const found = await findEngine(cache, recipe);
    if (found !== undefined) return found;
  }
  const lock = {
    signal: options.signal,
    onWait: (owner: LockOwner) => {
      sayWaiting(owner, options.progress);
    },
  };
  return withLock(cache.lock, lock, async () => {
    if (options.repair === true) await removeDamaged(pathsOf(cache, recipe));
    await installMissing(cache, recipe, options);
    return locateEngine({ ...options, recipe });
  });
}

function sayWaiting(owner: LockOwner, progress: ProgressListener | undefined): void {
  const message = `process ${owner.pid} on ${owner.host} is setting up the engine`;
  progress?.({ phase: 'wait', message, bytesDone: 0, bytesTotal: 0 });
}

/** Another process may have installed it while this one waited. */
async function installMissing(cache: CacheFolder, recipe: EngineRecipe, options: InstallOptions): Promise<void> {
  if ((await findEngine(cache, recipe)) === undefined) await installEngine(cache, recipe, options);
}

async function removeDamaged(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const damaged = await assertIntact([folder], 'full').then(
      () => false,
      (error: unknown) => CollimatorError.from(error).code === 'engine_corrupt',
    );
    if (damaged) await rm(folder, { recursive: true, force: true });
  }
}
