import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { sha256OfFile } from '../hashing.ts';
import type { EngineRecipe } from '../recipe.ts';
import { compilerVersion, pipVersion } from '../prerequisites.ts';
import { runProcess } from '../run-process.ts';

/**
 * A tiny engine that takes the real path in a second or two: a real wheel that pip accepts, with two real shared
 * libraries in it, and two real addons that call them.
 */

const wheelFile = 'stand_in-1.0-py3-none-manylinux2014_x86_64.whl';

/** Larger than the files that are hashed at every start. */
const libraryPadding = 2_000_000;

const wheelMembers: Readonly<Record<string, string>> = {
  'tensorflow/include/tensorflow/c/c_api.h': 'extern "C" int answer();\n',
  'tensorflow/not_kept.py': 'raise SystemError\n',
  'stand_in-1.0.dist-info/METADATA': 'Metadata-Version: 2.1\nName: stand-in\nVersion: 1.0\n',
  'stand_in-1.0.dist-info/WHEEL':
    'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: py3-none-manylinux2014_x86_64\n',
  'stand_in-1.0.dist-info/RECORD': '',
};

const librarySources: Readonly<Record<string, string>> = {
  'libtensorflow_framework.so.2': 'extern "C" int framework() { return 2; }\n',
  'libtensorflow_cc.so.2': `char padding[${libraryPadding}] = {1}; extern "C" int answer() { return 42; }\n`,
};

const addonSource = `#include <node_api.h>
#include "tensorflow/c/c_api.h"
static napi_value Init(napi_env environment, napi_value exports) {
  napi_value value;
  napi_create_int32(environment, answer(), &value);
  napi_set_named_property(environment, exports, "answer", value);
  return exports;
}
NAPI_MODULE(NODE_GYP_MODULE_NAME, Init)
`;

async function run(program: string, args: readonly string[], workingFolder: string): Promise<void> {
  const { exitCode, stderr } = await runProcess(program, args, { workingFolder });
  if (exitCode !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

async function compileLibraries(folder: string): Promise<void> {
  for (const [file, source] of Object.entries(librarySources)) {
    await writeFile(join(folder, 'library.cc'), source);
    await run('g++', ['-shared', '-fPIC', `-Wl,-soname,${file}`, '-o', `tensorflow/${file}`, 'library.cc'], folder);
  }
}

/** Why a test must be skipped here; with `CI=true` nothing may be. */
export async function missingTools(): Promise<string | undefined> {
  if (process.env.CI === 'true') return undefined;
  const versions = await Promise.all([compilerVersion(), pipVersion()]);
  return versions.includes(undefined) ? 'the set-up is tested where g++ and Python 3 with pip are' : undefined;
}

/** Makes the wheel and the sources in a folder; needs g++ and Python, as the engine does. */
export async function makeStandIn(folder: string): Promise<void> {
  const unpacked = join(folder, 'unpacked');
  await writeFiles(unpacked, wheelMembers);
  await compileLibraries(unpacked);
  await mkdir(join(folder, 'index'));
  const members = ['tensorflow', 'stand_in-1.0.dist-info'];
  await run('python3', ['-m', 'zipfile', '-c', join(folder, 'index', wheelFile), ...members], unpacked);
  await writeFiles(folder, { 'binding/binding.cc': addonSource, 'native/runner.cc': addonSource });
}

/** Settings under which pip finds the stand-in's wheel and nothing else. */
export function standInIndex(folder: string): Record<string, string> {
  return { PIP_NO_INDEX: '1', PIP_FIND_LINKS: join(folder, 'index') };
}

/** The recipe of the stand-in that `makeStandIn` made in the folder. */
export async function standInRecipe(folder: string): Promise<EngineRecipe> {
  const wheel = join(folder, 'index', wheelFile);
  const library = await readFile(join(folder, 'unpacked', 'tensorflow', 'libtensorflow_cc.so.2'));
  return {
    device: 'cpu',
    tensorflow: '1.0',
    wheels: [
      {
        project: 'stand-in',
        version: '1.0',
        file: wheelFile,
        sha256: await sha256OfFile(wheel),
        bytes: (await stat(wheel)).size,
        unpackedBytes: library.length,
        keep: [/^tensorflow\/lib\w+\.so\.2$/, /^tensorflow\/include\//],
      },
    ],
    binding: { file: 'binding.node', version: '1.0', folder: join(folder, 'binding') },
    runner: { file: 'runner.node', version: '1.0', folder: join(folder, 'native') },
  };
}
