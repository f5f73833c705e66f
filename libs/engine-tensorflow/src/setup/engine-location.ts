import { join } from 'node:path';

import type { EngineBuild } from '@collimator/engine';
import { CollimatorError } from '@collimator/errors';

import type { DeviceChoice } from '../tfjs/environment.ts';
import { CacheFolder, defaultCacheFolder } from './cache-folder.ts';
import { deviceFor } from './devices.ts';
import { buildOf } from './engine-description.ts';
import { type Extent, hasManifest, manifestMismatches } from './file-manifest.ts';
import { engineKey, type EngineRecipe, librariesKey, recipeFor } from './recipe.ts';

/** An installed engine: absolute paths. */
export interface EngineLocation {
  readonly device: 'cpu' | 'gpu';
  /** The addon that `@tensorflow/tfjs-node-gpu` carries in source. */
  readonly bindingPath: string;
  /** The session runner. */
  readonly runnerPath: string;
  /** Holds `libtensorflow_cc.so.2` and `libtensorflow_framework.so.2`; both addons find it by themselves. */
  readonly libraryFolder: string;
  readonly build: EngineBuild;
}

export interface LocateOptions {
  /** Default: `defaultCacheFolder()`. */
  readonly cacheFolder?: string | undefined;
  /** Default `auto`: the GPU engine where an NVIDIA GPU is found. */
  readonly device?: DeviceChoice | undefined;
  /** What to build; default: the recipe of this version for the device. */
  readonly recipe?: EngineRecipe | undefined;
}

/** The recipe that options ask for. */
export async function chooseRecipe(options: LocateOptions): Promise<EngineRecipe> {
  return options.recipe ?? recipeFor(await deviceFor(options.device ?? 'auto'));
}

/** The cache folder that options ask for. */
export function chooseCache(options: LocateOptions): CacheFolder {
  return new CacheFolder(options.cacheFolder ?? defaultCacheFolder());
}

/**
 * The installed engine of this version, checked in milliseconds (sizes of all files, hashes of small ones). Throws
 * `engine_missing`, `engine_corrupt`.
 */
export async function locateEngine(options: LocateOptions = {}): Promise<EngineLocation> {
  return requireEngine(options, 'quick');
}

/** As `locateEngine`, hashing every byte (seconds). */
export async function verifyEngine(options: LocateOptions = {}): Promise<EngineLocation> {
  return requireEngine(options, 'full');
}

async function requireEngine(options: LocateOptions, extent: Extent): Promise<EngineLocation> {
  const recipe = await chooseRecipe(options);
  const cache = chooseCache(options);
  const location = await findEngine(cache, recipe, extent);
  if (location !== undefined) return location;
  throw new CollimatorError(
    'engine_missing',
    `this version's ${recipe.device} engine is not installed in ${cache.root}`,
    { next: 'run "npx collimator engine install"' },
  );
}

/** The two folders that make up an engine. */
export function pathsOf(cache: CacheFolder, recipe: EngineRecipe): [engine: string, libraries: string] {
  return [cache.engine(engineKey(recipe)), cache.libraries(librariesKey(recipe))];
}

/** The engine of a recipe, or `undefined` where a part of it is not installed. Throws `engine_corrupt`. */
export async function findEngine(
  cache: CacheFolder,
  recipe: EngineRecipe,
  extent: Extent = 'quick',
): Promise<EngineLocation | undefined> {
  const [engine, libraries] = pathsOf(cache, recipe);
  if (!(await hasManifest(engine)) || !(await hasManifest(libraries))) return undefined;
  await assertUndamaged([engine, libraries], extent);
  return {
    device: recipe.device,
    bindingPath: join(engine, recipe.binding.file),
    runnerPath: join(engine, recipe.runner.file),
    libraryFolder: join(libraries, 'tensorflow'),
    build: buildOf(recipe),
  };
}

async function assertUndamaged(folders: readonly string[], extent: Extent): Promise<void> {
  const mismatches = (await Promise.all(folders.map((folder) => manifestMismatches(folder, extent)))).flat();
  if (mismatches.length === 0) return;
  throw new CollimatorError('engine_corrupt', `the installed engine is damaged: ${mismatches.join('; ')}`, {
    next: 'run "npx collimator engine install", which replaces what is damaged',
    problems: mismatches.map((message) => ({ field: 'engine', message })),
  });
}
