import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { CacheFolder } from './cache-folder.ts';
import { fetchWheel } from './fetch-wheel.ts';
import { type ManifestEntry, moveIntoPlace, writeManifest } from './file-manifest.ts';
import type { InstallOptions } from './install-engine.ts';
import { formatBytes } from './progress.ts';
import type { EngineRecipe } from './recipe.ts';
import { unpackWheel } from './unpack-wheel.ts';

/** Fetches the recipe's wheels, keeps what an engine needs of them in `folder`, and removes the wheels. */
export async function installLibraries(
  cache: CacheFolder,
  recipe: EngineRecipe,
  folder: string,
  options: InstallOptions,
): Promise<void> {
  const wheels = await fetchWheels(cache, recipe, options);
  const partial = join(cache.partial, 'libraries');
  await writeManifest(partial, await unpackWheels(wheels, recipe, partial, options));
  await moveIntoPlace(partial, folder);
  await Promise.all(wheels.map((path) => rm(path)));
}

async function fetchWheels(
  cache: CacheFolder,
  { wheels, tensorflow }: EngineRecipe,
  { progress, signal }: InstallOptions,
): Promise<string[]> {
  const bytesTotal = wheels.reduce((sum, wheel) => sum + wheel.bytes, 0);
  const message = `TensorFlow ${tensorflow} (${formatBytes(bytesTotal)})`;
  const paths: string[] = [];
  let finished = 0;
  for (const wheel of wheels) {
    const onBytes = (bytes: number): void => {
      progress?.({ phase: 'download', message, bytesDone: finished + bytes, bytesTotal });
    };
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
  const bytesTotal = wheels.reduce((sum, wheel) => sum + wheel.unpackedBytes, 0);
  const message = `libraries of TensorFlow ${tensorflow} (${formatBytes(bytesTotal)})`;
  const entries: ManifestEntry[] = [];
  let bytesDone = 0;
  const onBytes = (bytes: number): void => {
    bytesDone += bytes;
    progress?.({ phase: 'unpack', message, bytesDone, bytesTotal });
  };
  for (const [index, path] of paths.entries()) {
    const keep = wheels[index]?.keep ?? [];
    entries.push(...(await unpackWheel(path, folder, { keep, signal, onBytes })));
  }
  return entries;
}
