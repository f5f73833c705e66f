import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { sha256OfText } from './hashing.ts';
import { cpuWheels, gpuWheels, type PinnedWheel, tensorflowVersion } from './pinned-wheels.ts';

/** One Node-API addon: a folder of C++ that becomes one shared library. */
export interface AddonSource {
  /** File name of the compiled addon. */
  readonly file: string;
  /** Version of the package that carries the source. */
  readonly version: string;
  /** Holds `*.cc`, which are compiled, and the `*.h` that they include. */
  readonly folder: string;
}

/** Everything that decides what an engine is: one recipe, one engine, whatever machine builds it. */
export interface EngineRecipe {
  readonly device: 'cpu' | 'gpu';
  readonly tensorflow: string;
  /** TensorFlow's own wheel first. */
  readonly wheels: readonly [PinnedWheel, ...PinnedWheel[]];
  readonly binding: AddonSource;
  readonly runner: AddonSource;
}

/** Changes whenever the layout of the cache or of an exported engine does. */
export const engineFormatVersion = 1;

/** Part of the key: other flags are another engine. An ISO standard also turns floating-point contraction off. */
export const compilerFlags = ['-shared', '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8'] as const;

const require = createRequire(import.meta.url);

function packageVersion(folder: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return version;
}

/** The Node-API headers, from the package that carries them alone. */
export function nodeApiHeaders(): string {
  return join(dirname(require.resolve('node-api-headers/package.json')), 'include');
}

/** The recipe of this version of Collimator for one kind of device. */
export function recipeFor(device: 'cpu' | 'gpu'): EngineRecipe {
  const tfjs = dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
  const here = fileURLToPath(new URL('../..', import.meta.url));
  return {
    device,
    tensorflow: tensorflowVersion,
    wheels: device === 'gpu' ? gpuWheels : cpuWheels,
    binding: { file: 'tfjs_binding.node', version: packageVersion(tfjs), folder: join(tfjs, 'binding') },
    runner: { file: 'runner.node', version: packageVersion(here), folder: join(here, 'native') },
  };
}

/** SHA-256 over the names and texts of an addon's source files, in name order. */
export function sourceSha256(source: AddonSource): string {
  const files = readdirSync(source.folder).filter((file) => /\.(cc|h)$/.test(file));
  const parts = files.sort().map((file) => [file, readFileSync(join(source.folder, file), 'utf8')]);
  return sha256OfText(JSON.stringify(parts));
}

const keyLength = 16;

/** Names the unpacked libraries: a function of the wheels and of what is kept of them. */
export function librariesKey(recipe: EngineRecipe): string {
  const wheels = recipe.wheels.map(({ sha256, keep }) => [sha256, keep.map(String)]);
  return sha256OfText(JSON.stringify([engineFormatVersion, wheels])).slice(0, keyLength);
}

/** Names the engine: a function of the libraries, the addons' sources and the compiler's flags. */
export function engineKey(recipe: EngineRecipe): string {
  const sources = [recipe.binding, recipe.runner].map((source) => [source.file, sourceSha256(source)]);
  return sha256OfText(JSON.stringify([librariesKey(recipe), sources, compilerFlags])).slice(0, keyLength);
}
