import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

import type { CacheFolder } from './cache-folder.ts';
import { compileAddon } from './compile-addon.ts';
import { describeEngine, engineFile } from './engine-description.ts';
import { describeFiles, moveIntoPlace, writeManifest } from './file-manifest.ts';
import type { InstallOptions } from './install-engine.ts';
import type { EngineRecipe } from './recipe.ts';

/** Compiles both addons, each with its own g++, against the unpacked libraries. */
export async function installAddons(
  cache: CacheFolder,
  recipe: EngineRecipe,
  folders: { readonly engine: string; readonly libraries: string },
  { progress, signal }: InstallOptions,
): Promise<void> {
  const output = join(cache.partial, 'engine');
  const libraryPath = relative(folders.engine, join(folders.libraries, 'tensorflow'));
  const addons = [recipe.binding, recipe.runner];
  progress?.({ phase: 'compile', message: 'TensorFlow binding and session runner', bytesDone: 0, bytesTotal: 0 });
  await mkdir(output, { recursive: true });
  await Promise.all(
    addons.map((addon) => compileAddon(addon, { libraries: folders.libraries, output, libraryPath, signal })),
  );
  await writeFile(join(output, engineFile), JSON.stringify(describeEngine(recipe), undefined, 2));
  const files = [...addons.map((addon) => addon.file), engineFile];
  await writeManifest(output, await describeFiles(output, files));
  await moveIntoPlace(output, folders.engine);
}
