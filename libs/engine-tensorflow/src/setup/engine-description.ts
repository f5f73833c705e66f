import type { EngineBuild } from '@collimator/engine';

import { engineFormatVersion, engineKey, type EngineRecipe, librariesKey, sourceSha256 } from './recipe.ts';

/** Describes an engine in its folder and in an exported archive. */
export const engineFile = 'engine.json';

/** The one platform for which the pinned wheels are made. */
export const enginePlatform = 'linux-x64-glibc';

/** What is written into `engine.json`. */
export interface EngineDescription {
  readonly formatVersion: number;
  readonly platform: string;
  readonly device: 'cpu' | 'gpu';
  /** Folder name of the addons, and of the libraries that they are linked with. */
  readonly engine: string;
  readonly libraries: string;
  readonly build: EngineBuild;
}

/** The build of a recipe, for the run record: the wheel named is TensorFlow's own, the runner's hash its source's. */
export function buildOf(recipe: EngineRecipe): EngineBuild {
  const [wheel] = recipe.wheels;
  return {
    tensorflow: recipe.tensorflow,
    binding: recipe.binding.version,
    wheel: wheel.file,
    wheelSha256: wheel.sha256,
    runnerSha256: sourceSha256(recipe.runner),
  };
}

export function describeEngine(recipe: EngineRecipe): EngineDescription {
  return {
    formatVersion: engineFormatVersion,
    platform: enginePlatform,
    device: recipe.device,
    engine: engineKey(recipe),
    libraries: librariesKey(recipe),
    build: buildOf(recipe),
  };
}
