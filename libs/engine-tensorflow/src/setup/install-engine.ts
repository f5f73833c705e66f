import { stat } from 'node:fs/promises';

import type { CacheFolder } from './cache-folder.ts';
import { pathsOf } from './engine-location.ts';
import { hasManifest } from './file-manifest.ts';
import { installAddons } from './install-addons.ts';
import { installLibraries } from './install-libraries.ts';
import type { PinnedWheel } from './pinned-wheels.ts';
import { assertPrerequisites } from './prerequisites.ts';
import type { ProgressListener } from './progress.ts';
import type { EngineRecipe } from './recipe.ts';

export interface InstallOptions {
  /** Told what is done, for a progress bar. */
  readonly progress?: ProgressListener | undefined;
  /** Aborting ends the work with `interrupted`; the next call continues. */
  readonly signal?: AbortSignal | undefined;
}

/** Room that a whole installation needs while it runs: the wheels, what is kept of them, the addons. */
export function bytesToInstall({ wheels }: EngineRecipe): number {
  return sum(wheels, 'bytes') + sum(wheels, 'unpackedBytes') + addonBytes;
}

/** For the addons, and for the compiler's temporary files. */
const addonBytes = 50_000_000;

/**
 * Builds what is missing of an engine; the caller holds the lock. Every part is made in `partial` and comes to its place
 * by one rename, so that an interruption leaves whole parts or nothing; the next call continues with what is there.
 */
export async function installEngine(cache: CacheFolder, recipe: EngineRecipe, options: InstallOptions): Promise<void> {
  const [engine, libraries] = pathsOf(cache, recipe);
  const needsLibraries = !(await hasManifest(libraries));
  const wheels = needsLibraries ? recipe.wheels : [];
  const missing = await missingWheels(cache, wheels);
  await assertPrerequisites(cache.root, {
    pip: missing.length > 0,
    bytes: sum(wheels, 'unpackedBytes') + sum(missing, 'bytes') + addonBytes,
  });
  if (needsLibraries) await installLibraries(cache, recipe, libraries, options);
  await installAddons(cache, recipe, { engine, libraries }, options);
}

async function missingWheels(cache: CacheFolder, wheels: readonly PinnedWheel[]): Promise<PinnedWheel[]> {
  const there = await Promise.all(wheels.map((wheel) => stat(cache.wheel(wheel.file)).catch(() => undefined)));
  return wheels.filter((_, index) => there[index] === undefined);
}

function sum(wheels: readonly PinnedWheel[], size: 'bytes' | 'unpackedBytes'): number {
  return wheels.reduce((total, wheel) => total + wheel[size], 0);
}
