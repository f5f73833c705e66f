import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { CollimatorError } from '@collimator/errors';

import { type AddonSource, compilerFlags, nodeApiHeaders } from './recipe.ts';
import { lastLines, runProcess } from './run-process.ts';

export interface CompileOptions {
  /** Unpacked wheels: `tensorflow/libtensorflow_cc.so.2`, `tensorflow/include`. */
  readonly libraries: string;
  /** Where the addon goes for now. */
  readonly output: string;
  /** Path from the addon's final place to the folder of TensorFlow's libraries. */
  readonly libraryPath: string;
  readonly signal?: AbortSignal | undefined;
}

const linked = ['-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'];

/**
 * Compiles one addon with one call of g++. It finds TensorFlow's libraries by a path relative to itself, so that no
 * `LD_LIBRARY_PATH` is needed and the cache can be moved. Throws `engine_failed`.
 */
export async function compileAddon(source: AddonSource, options: CompileOptions): Promise<void> {
  await mkdir(options.output, { recursive: true });
  const tensorflow = join(options.libraries, 'tensorflow');
  const includes = [nodeApiHeaders(), join(tensorflow, 'include'), source.folder].flatMap((folder) => ['-I', folder]);
  const units = (await readdir(source.folder)).filter((file) => file.endsWith('.cc')).sort();
  const paths = units.map((file) => join(source.folder, file));
  const link = ['-L', tensorflow, ...linked, `-Wl,-rpath,$ORIGIN/${options.libraryPath}`];
  const output = ['-o', join(options.output, source.file)];
  const result = await runProcess('g++', [...compilerFlags, ...includes, ...paths, ...output, ...link], {
    signal: options.signal,
  });
  if (result.exitCode === 0) return;
  throw new CollimatorError(
    'engine_failed',
    `g++ could not compile ${source.file}; it said:\n${lastLines(result.stderr, 20)}`,
    {
      next: 'check that g++ is version 9 or newer (g++ --version) and that the disk is not full',
    },
  );
}
