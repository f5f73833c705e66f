import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { CollimatorError } from '@collimator/errors';
import { extract } from 'tar';

import { changeCache } from './cache-access.ts';
import { CacheFolder } from './cache-folder.ts';
import { type EngineDescription, engineFile, enginePlatform } from './engine-description.ts';
import { chooseCache, type EngineLocation, locateEngine, type LocateOptions, pathsOf } from './engine-location.ts';
import { concerns, explainFailure } from './file-failure.ts';
import { manifestMismatches, moveIntoPlace } from './file-manifest.ts';
import type { InstallOptions } from './install-engine.ts';
import { assertPlatform } from './platform.ts';
import { countBytes, formatBytes } from './progress.ts';
import { engineFormatVersion, engineKey, type EngineRecipe, recipeFor } from './recipe.ts';

/** An archive that unpacks to more is not one of ours; the largest, with CUDA, is a third of it. */
const unpackedBytesMax = 20e9;

/** What an archive may hold: the two folders of an engine, as they lie in the cache. */
const member = /^(engines|libraries)\/[0-9a-f]{16}(\/|$)/;

/**
 * Installs the engine of an archive, after all its hashes were compared. Throws `platform_unsupported` (this machine, or
 * the archive's platform), `format_version`, `engine_missing` (no such file, or the engine of another Collimator),
 * `engine_corrupt`, `engine_failed` (the archive cannot be read, the cache not written), `interrupted`.
 */
export async function importEngine(
  file: string,
  options: LocateOptions & InstallOptions = {},
): Promise<EngineLocation> {
  assertPlatform();
  if ((await stat(file).catch(() => undefined)) === undefined) {
    throw new CollimatorError('engine_missing', `there is no archive ${file}`, {
      next: 'make one with "npx collimator engine export FILE" on a machine that has the engine',
    });
  }
  const cache = chooseCache(options);
  return changeCache(cache, options, async () => {
    const unpacked = new CacheFolder(join(cache.partial, 'import'));
    await unpack(file, unpacked.root, options);
    const recipe = acceptedRecipe(file, await readDescription(file, unpacked.root), options.recipe);
    options.progress?.({ phase: 'verify', message: file, bytesDone: 0, bytesTotal: 0 });
    await install(file, pathsOf(unpacked, recipe), pathsOf(cache, recipe));
    return locateEngine({ ...options, recipe });
  });
}

/** The recipe that the archive's engine was made by, which must be this version's. */
function acceptedRecipe(file: string, description: EngineDescription, wanted: EngineRecipe | undefined): EngineRecipe {
  assertReadable(file, description);
  const recipe = wanted ?? recipeFor(description.device);
  assertSameEngine(file, description, recipe);
  return recipe;
}

function damaged(file: string, what: string, cause?: unknown): CollimatorError {
  return new CollimatorError('engine_corrupt', `the archive ${file} is damaged: ${what}`, {
    next: 'copy it again, or make a new one with "npx collimator engine export FILE"',
    cause,
  });
}

function notRead(file: string, cause: unknown): unknown {
  return explainFailure(cause, `the archive ${file} cannot be read`, 'name a file that you may read');
}

async function unpack(file: string, folder: string, { progress, signal }: InstallOptions): Promise<void> {
  await mkdir(folder, { recursive: true });
  const bytesTotal = (await stat(file)).size;
  const message = `${file} (${formatBytes(bytesTotal)})`;
  let unpackedBytes = 0;
  const filter = (path: string, entry: { readonly size?: number }): boolean => {
    unpackedBytes += entry.size ?? 0;
    return member.test(path) && unpackedBytes <= unpackedBytesMax;
  };
  try {
    await pipeline(
      createReadStream(file, { highWaterMark: 1 << 20 }),
      countBytes((bytesDone) => progress?.({ phase: 'unpack', message, bytesDone, bytesTotal })),
      extract({ cwd: folder, strict: true, filter }) as unknown as NodeJS.WritableStream,
      signal ? { signal } : {},
    );
  } catch (cause) {
    if (concerns(cause, file, 'read')) throw notRead(file, cause);
    if (signal?.aborted || (cause as NodeJS.ErrnoException).syscall !== undefined) throw cause;
    throw damaged(file, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

async function readDescription(file: string, folder: string): Promise<EngineDescription> {
  try {
    const [engine] = await readdir(join(folder, 'engines'));
    return JSON.parse(await readFile(join(folder, 'engines', engine ?? '', engineFile), 'utf8')) as EngineDescription;
  } catch (cause) {
    throw damaged(file, `it holds no ${engineFile}`, cause);
  }
}

function assertReadable(file: string, { formatVersion, platform }: EngineDescription): void {
  if (formatVersion !== engineFormatVersion) {
    throw new CollimatorError(
      'format_version',
      `the archive ${file} has format version ${formatVersion}, this Collimator reads ${engineFormatVersion}`,
      { next: 'export the engine with the same version of Collimator as this one' },
    );
  }
  if (platform !== enginePlatform) {
    throw new CollimatorError(
      'platform_unsupported',
      `the archive ${file} was made for ${platform}, this machine is ${enginePlatform}`,
      { next: 'export the engine on a Linux x64 machine' },
    );
  }
}

function assertSameEngine(file: string, description: EngineDescription, recipe: EngineRecipe): void {
  const wanted = engineKey(recipe);
  if (description.engine === wanted) return;
  const { tensorflow, binding } = description.build;
  throw new CollimatorError(
    'engine_missing',
    `the archive ${file} holds engine ${description.engine} (TensorFlow ${tensorflow}, binding ${binding}), ` +
      `this Collimator needs engine ${wanted} (TensorFlow ${recipe.tensorflow}, binding ${recipe.binding.version})`,
    { next: 'export the engine with the same version of Collimator as this one' },
  );
}

async function install(file: string, from: readonly string[], to: readonly string[]): Promise<void> {
  const mismatches = (await Promise.all(from.map((folder) => manifestMismatches(folder, 'full')))).flat();
  if (mismatches.length > 0) throw damaged(file, mismatches.join('; '));
  for (const [index, folder] of from.entries()) await moveIntoPlace(folder, to[index] ?? '');
}
