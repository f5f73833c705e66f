import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

import type { CacheFolder } from './cache-folder.ts';
import { compileAddon } from './compile-addon.ts';
import { pathsOf } from './engine-location.ts';
import { fetchWheel } from './fetch-wheel.ts';
import { describeFiles, type ManifestEntry, readManifest, writeManifest } from './file-manifest.ts';
import type { PinnedWheel } from './pinned-wheels.ts';
import { assertPrerequisites } from './prerequisites.ts';
import { formatBytes, type ProgressListener } from './progress.ts';
import type { EngineRecipe } from './recipe.ts';
import { unpackWheel } from './unpack-wheel.ts';

export interface InstallOptions {
  readonly progress?: ProgressListener | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Builds what is missing of an engine; the caller holds the lock. Every part is made in `partial` and comes to its place
 * by one rename, so that an interruption leaves whole parts or nothing; the next call continues with what is there.
 */
export async function installEngine(cache: CacheFolder, recipe: EngineRecipe, options: InstallOptions): Promise<void> {
  const [engine, libraries] = pathsOf(cache, recipe);
  const needsLibraries = (await readManifest(libraries)) === undefined;
  const missing = needsLibraries ? await missingWheels(cache, recipe.wheels) : [];
  const unpackedBytes = needsLibraries ? sum(recipe.wheels.map((wheel) => wheel.unpackedBytes)) : 0;
  await rm(cache.partial, { recursive: true, force: true });
  await assertPrerequisites(cache.root, {
    pip: missing.length > 0,
    compiler: true,
    bytes: unpackedBytes + sum(missing.map((wheel) => wheel.bytes)) + sparedBytes,
  });
  if (needsLibraries) await installLibraries(cache, recipe, libraries, options);
  await installAddons(cache, recipe, engine, libraries, options);
}

/** For the addons, and for the compiler's temporary files. */
const sparedBytes = 50_000_000;

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

async function missingWheels(cache: CacheFolder, wheels: readonly PinnedWheel[]): Promise<PinnedWheel[]> {
  const there = await Promise.all(wheels.map((wheel) => stat(cache.wheel(wheel.file)).catch(() => undefined)));
  return wheels.filter((_, index) => there[index] === undefined);
}

async function installLibraries(
  cache: CacheFolder,
  recipe: EngineRecipe,
  folder: string,
  options: InstallOptions,
): Promise<void> {
  const fetched = await fetchWheels(cache, recipe, options);
  const partial = join(cache.partial, 'libraries');
  const entries = await unpackWheels(fetched, recipe, partial, options);
  await writeManifest(partial, entries);
  await moveIntoPlace(partial, folder);
  await Promise.all(fetched.map((path) => rm(path)));
}

async function fetchWheels(
  cache: CacheFolder,
  { wheels, tensorflow }: EngineRecipe,
  { progress, signal }: InstallOptions,
): Promise<string[]> {
  const bytesTotal = sum(wheels.map((wheel) => wheel.bytes));
  const message = `TensorFlow ${tensorflow} (${formatBytes(bytesTotal)})`;
  const paths: string[] = [];
  let finished = 0;
  for (const wheel of wheels) {
    const onBytes = (bytes: number): void => {
      progress?.({ phase: 'download', message, bytesDone: finished + Math.min(bytes, wheel.bytes), bytesTotal });
    };
    onBytes(0);
    paths.push(await fetchWheel(cache, wheel, { signal, onBytes }));
    finished += wheel.bytes;
  }
  return paths;
}

async function unpackWheels(
  paths: readonly string[],
  { wheels, tensorflow }: EngineRecipe,
  folder: string,
  { progress, signal }: InstallOptions,
): Promise<ManifestEntry[]> {
  const bytesTotal = sum(wheels.map((wheel) => wheel.unpackedBytes));
  const message = `libraries of TensorFlow ${tensorflow} (${formatBytes(bytesTotal)})`;
  const entries: ManifestEntry[] = [];
  let bytesDone = 0;
  const onBytes = (bytes: number): void => {
    bytesDone += bytes;
    progress?.({ phase: 'unpack', message, bytesDone: Math.min(bytesDone, bytesTotal), bytesTotal });
  };
  for (const [index, path] of paths.entries()) {
    const keep = wheels[index]?.keep ?? [];
    entries.push(...(await unpackWheel(path, folder, { keep, signal, onBytes })));
  }
  return entries;
}

async function installAddons(
  cache: CacheFolder,
  recipe: EngineRecipe,
  folder: string,
  libraries: string,
  { progress, signal }: InstallOptions,
): Promise<void> {
  const output = join(cache.partial, 'engine');
  const libraryPath = relative(folder, join(libraries, 'tensorflow'));
  const addons = [recipe.binding, recipe.runner];
  progress?.({ phase: 'compile', message: 'TensorFlow binding and session runner', bytesDone: 0, bytesTotal: 0 });
  await Promise.all(addons.map((addon) => compileAddon(addon, { libraries, output, libraryPath, signal })));
  await writeManifest(
    output,
    await describeFiles(
      output,
      addons.map((addon) => addon.file),
    ),
  );
  await moveIntoPlace(output, folder);
}

/** Replaces a damaged folder, if there is one. */
async function moveIntoPlace(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await rm(to, { recursive: true, force: true });
  await rename(from, to);
}
