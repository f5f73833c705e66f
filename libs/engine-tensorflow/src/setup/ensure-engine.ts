import { rm } from 'node:fs/promises';

import { changeCache } from './cache-access.ts';
import type { CacheFolder } from './cache-folder.ts';
import {
  chooseCache,
  chooseRecipe,
  type EngineLocation,
  findEngine,
  locateEngine,
  type LocateOptions,
  pathsOf,
} from './engine-location.ts';
import { manifestMismatches } from './file-manifest.ts';
import { installEngine, type InstallOptions } from './install-engine.ts';
import { assertPlatform } from './platform.ts';
import type { EngineRecipe } from './recipe.ts';

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
  return changeCache(cache, options, async () => {
    if (options.repair === true) await removeDamaged(cache, recipe, options);
    await installMissing(cache, recipe, options);
    return locateEngine({ ...options, recipe });
  });
}

/** Another process may have installed it while this one waited. */
async function installMissing(cache: CacheFolder, recipe: EngineRecipe, options: InstallOptions): Promise<void> {
  if ((await findEngine(cache, recipe)) === undefined) await installEngine(cache, recipe, options);
}

async function removeDamaged(cache: CacheFolder, recipe: EngineRecipe, { progress }: InstallOptions): Promise<void> {
  progress?.({ phase: 'verify', message: 'installed files', bytesDone: 0, bytesTotal: 0 });
  for (const folder of pathsOf(cache, recipe)) {
    const mismatches = await manifestMismatches(folder, 'full');
    if (mismatches.length > 0) await rm(folder, { recursive: true, force: true });
  }
}
