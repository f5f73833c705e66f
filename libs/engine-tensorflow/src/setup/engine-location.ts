import { join } from 'node:path';

import { CollimatorError } from '@collimator/errors';
import type { EngineBuild } from '@collimator/engine';

import { CacheFolder, defaultCacheFolder } from './cache-folder.ts';
import { manifestMismatches, readManifest } from './file-manifest.ts';
import type { DeviceChoice } from '../tfjs/environment.ts';
import { deviceFor } from './devices.ts';
import { engineKey, type EngineRecipe, librariesKey, recipeFor, sourceSha256 } from './recipe.ts';

/** An installed engine: absolute paths. */
export interface EngineLocation {
  readonly device: 'cpu' | 'gpu';
  /** The addon that `@tensorflow/tfjs-node-gpu` loads. */
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

export function chooseCache(options: LocateOptions): CacheFolder {
  return new CacheFolder(options.cacheFolder ?? defaultCacheFolder());
}

/**
 * The installed engine of this version, checked in milliseconds (sizes of all files, hashes of small ones). Throws
 * `engine_missing`, `engine_corrupt`.
 */
export async function locateEngine(options: LocateOptions = {}): Promise<EngineLocation> {
  const recipe = await chooseRecipe(options);
  const cache = chooseCache(options);
  const location = await findEngine(cache, recipe);
  if (location !== undefined) return location;
  throw new CollimatorError('engine_missing', `the ${recipe.device} engine is not installed in ${cache.root}`, {
    next: 'run "npx collimator engine install"',
  });
}

/** As `locateEngine`, hashing every byte (seconds). */
export async function verifyEngine(options: LocateOptions = {}): Promise<EngineLocation> {
  const location = await locateEngine(options);
  await assertIntact(await enginePaths(options), 'full');
  return location;
}

async function enginePaths(options: LocateOptions): Promise<readonly string[]> {
  return pathsOf(chooseCache(options), await chooseRecipe(options));
}

/** The folders that make up an engine. */
export function pathsOf(cache: CacheFolder, recipe: EngineRecipe): [engine: string, libraries: string] {
  return [cache.engine(engineKey(recipe)), cache.libraries(librariesKey(recipe))];
}

/** The engine of a recipe, or `undefined` where a part of it is not installed. Throws `engine_corrupt`. */
export async function findEngine(cache: CacheFolder, recipe: EngineRecipe): Promise<EngineLocation | undefined> {
  const [engine, libraries] = pathsOf(cache, recipe);
  const manifests = await Promise.all([engine, libraries].map(readManifest));
  if (manifests.includes(undefined)) return undefined;
  await assertIntact([engine, libraries], 'quick');
  return {
    device: recipe.device,
    bindingPath: join(engine, recipe.binding.file),
    runnerPath: join(engine, recipe.runner.file),
    libraryFolder: join(libraries, 'tensorflow'),
    build: buildOf(recipe),
  };
}

/** Throws `engine_corrupt` with every file that differs from its folder's manifest. */
export async function assertIntact(folders: readonly string[], extent: 'quick' | 'full'): Promise<void> {
  const found = await Promise.all(
    folders.map(async (folder) => manifestMismatches(folder, (await readManifest(folder)) ?? [], extent)),
  );
  const mismatches = found.flat();
  if (mismatches.length === 0) return;
  throw new CollimatorError('engine_corrupt', `the installed engine is damaged: ${mismatches.join('; ')}`, {
    next: 'run "npx collimator engine install", which replaces what is damaged',
    problems: mismatches.map((message) => ({ field: 'engine', message })),
  });
}

function buildOf(recipe: EngineRecipe): EngineBuild {
  const [wheel] = recipe.wheels;
  return {
    tensorflow: recipe.tensorflow,
    binding: recipe.binding.version,
    wheel: wheel.file,
    wheelSha256: wheel.sha256,
    runnerSha256: sourceSha256(recipe.runner),
  };
}
