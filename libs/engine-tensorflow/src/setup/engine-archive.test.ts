import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { create, extract } from 'tar';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import type { EngineDescription } from './engine-description.ts';
import { engineChecks } from './engine-checks.ts';
import { ensureEngine } from './ensure-engine.ts';
import { exportEngine } from './export-engine.ts';
import { explainFailure } from './file-failure.ts';
import { importEngine } from './import-engine.ts';
import type { EngineRecipe } from './recipe.ts';
import { makeStandIn, missingTools, standInIndex, standInRecipe } from './testing/stand-in-engine.ts';

const require = createRequire(import.meta.url);
let missing: string | undefined;
let folder: string;
let archive: string;
let recipe: EngineRecipe;
let cacheFolder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'collimator-archive-'));
  missing = await missingTools();
  if (missing !== undefined) return;
  await makeStandIn(folder);
  recipe = await standInRecipe(folder);
  archive = join(folder, 'engine.tar.gz');
  for (const [name, value] of Object.entries(standInIndex(folder))) vi.stubEnv(name, value);
  await ensureEngine({ cacheFolder: join(folder, 'source'), recipe });
  await exportEngine(archive, { cacheFolder: join(folder, 'source'), recipe });
});

afterAll(() => rm(folder, { recursive: true }));

beforeEach(async ({ skip }) => {
  if (missing !== undefined) skip(missing);
  cacheFolder = await mkdtemp(join(folder, 'cache-'));
  vi.stubEnv('PATH', await mkdtemp(join(folder, 'no-programs-')));
});

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A copy of the archive in which something was changed. */
async function changedArchive(change: (unpacked: string) => Promise<void>): Promise<string> {
  const unpacked = await mkdtemp(join(folder, 'unpacked-'));
  await extract({ file: archive, cwd: unpacked });
  await change(unpacked);
  const file = `${unpacked}.tar.gz`;
  await create({ file, cwd: unpacked, gzip: true }, await readdir(unpacked));
  return file;
}

function withDescription(change: (description: EngineDescription) => object): Promise<string> {
  return changedArchive(async (unpacked) => {
    const [engine = ''] = await readdir(join(unpacked, 'engines'));
    const path = join(unpacked, 'engines', engine, 'engine.json');
    const description = JSON.parse(await readFile(path, 'utf8')) as EngineDescription;
    await writeFile(path, JSON.stringify({ ...description, ...change(description) }));
  });
}

describe('an exported engine', () => {
  it('is installed without network, pip or compiler, and runs', async () => {
    const { bindingPath, runnerPath } = await importEngine(archive, { cacheFolder, recipe });
    expect(require(bindingPath)).toEqual({ answer: 42 });
    expect(require(runnerPath)).toEqual({ answer: 42 });
    await expect(ensureEngine({ cacheFolder, recipe })).resolves.toMatchObject({ runnerPath });
    expect(await readdir(cacheFolder)).toEqual(['engines', 'libraries']);
  });

  it.each([
    {
      what: 'of another format version',
      change: () => ({ formatVersion: 7 }),
      code: 'format_version',
      message: 'has format version 7, this Collimator reads 1',
    },
    {
      what: 'for another platform',
      change: () => ({ platform: 'linux-arm64-glibc' }),
      code: 'platform_unsupported',
      message: 'was made for linux-arm64-glibc, this machine is linux-x64-glibc',
    },
    {
      what: 'of another Collimator',
      change: ({ build }: EngineDescription) => ({
        engine: '0123456789abcdef',
        build: { ...build, tensorflow: '3.0' },
      }),
      code: 'engine_missing',
      message: 'holds engine 0123456789abcdef (TensorFlow 3.0, binding 1.0), this Collimator needs engine',
    },
    { what: 'whose files differ', change: () => ({ note: 'x' }), code: 'engine_corrupt', message: 'the manifest says' },
  ])('$what is refused', async ({ change, code, message }) => {
    const file = await withDescription(change);
    const importing = importEngine(file, { cacheFolder, recipe });
    await expect(importing).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string });
    expect(await readdir(cacheFolder)).toEqual([]);
  });

  it('that was cut short is refused', async () => {
    const file = join(folder, 'short.tar.gz');
    await copyFile(archive, file);
    await truncate(file, 1_000);
    await expect(importEngine(file, { cacheFolder, recipe })).rejects.toMatchObject({ code: 'engine_corrupt' });
  });

  it('that lacks a library is refused', async () => {
    const file = await changedArchive((unpacked) => rm(join(unpacked, 'libraries'), { recursive: true }));
    await expect(importEngine(file, { cacheFolder, recipe })).rejects.toMatchObject({
      code: 'engine_corrupt',
      message: expect.stringContaining('files.json is missing') as string,
    });
  });

  it('leaves nothing behind when its import or export is interrupted', async () => {
    const signal = AbortSignal.abort();
    const importing = importEngine(archive, { cacheFolder, recipe, signal });
    await expect(importing).rejects.toMatchObject({ code: 'interrupted' });
    expect(await readdir(cacheFolder)).toEqual([]);
    const out = await mkdtemp(join(folder, 'out-'));
    const exporting = exportEngine(join(out, 'engine.tar.gz'), { cacheFolder: join(folder, 'source'), recipe, signal });
    await expect(exporting).rejects.toMatchObject({ code: 'interrupted' });
    expect(await readdir(out)).toEqual([]);
  });

  it('brings nothing but an engine', async () => {
    const file = await changedArchive(async (unpacked) => {
      await mkdir(join(unpacked, 'wheels'));
      await writeFile(join(unpacked, 'wheels', 'planted.whl'), '');
    });
    await importEngine(file, { cacheFolder, recipe });
    expect(await readdir(cacheFolder)).toEqual(['engines', 'libraries']);
  });

  it('that is no archive, or not there, is refused', async () => {
    const file = join(folder, 'text');
    await writeFile(file, 'no archive\n'.repeat(1_000));
    await expect(importEngine(file, { cacheFolder, recipe })).rejects.toMatchObject({ code: 'engine_corrupt' });
    const missing = importEngine(join(folder, 'nowhere'), { cacheFolder, recipe });
    await expect(missing).rejects.toMatchObject({ code: 'engine_missing' });
  });
});

/** As root, who may read and write everything, permission cannot be tested so; every reason takes the same way. */
describe('a file that cannot be used is named, with a remedy', () => {
  const failed = (message: string) => ({
    code: 'engine_failed',
    message,
    next: expect.stringContaining('name a file') as string,
  });

  it.each([
    { path: '/proc/nope/x', reason: 'a folder of its path is missing' },
    { path: '/dev/null/x', reason: 'a part of its path is not a folder' },
    { path: '/tmp', reason: 'it is a folder' },
  ])('export $path', async ({ path, reason }) => {
    const exporting = exportEngine(path, { cacheFolder: join(folder, 'source'), recipe });
    await expect(exporting).rejects.toMatchObject(failed(`the archive ${path} cannot be written: ${reason}`));
    expect(existsSync(`${path}.partial`)).toBe(false);
  });

  it('import of a folder', async () => {
    const importing = importEngine(folder, { cacheFolder, recipe });
    await expect(importing).rejects.toMatchObject(failed(`the archive ${folder} cannot be read: it is a folder`));
  });

  it.each(['EACCES', 'EPERM', 'ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS'])('%s', (code) => {
    const error = explainFailure(
      Object.assign(new Error(code), { code }),
      'the archive a cannot be written',
      'name a file',
    );
    expect(error).toMatchObject(failed(expect.stringMatching(/^the archive a cannot be written: /) as string));
  });
});

describe('engineChecks', () => {
  const failing = async (): Promise<string[]> =>
    (await engineChecks({ cacheFolder, recipe })).filter(({ ok }) => !ok).map(({ name }) => name);

  it('name what is missing, each with its remedy', async () => {
    const checks = await engineChecks({ cacheFolder, recipe });
    expect(checks.filter(({ ok }) => !ok)).toEqual([
      { name: 'python3 with pip', ok: false, found: 'not found', remedy: expect.stringContaining('apt-get') as string },
      { name: 'g++', ok: false, found: 'not found', remedy: expect.stringContaining('apt-get') as string },
      {
        name: 'engine',
        ok: false,
        found: `this version's cpu engine is not installed in ${cacheFolder}`,
        remedy: 'run "npx collimator engine install"',
      },
    ]);
  });

  it('ask for no tools once the engine is installed, and notice when it is damaged', async () => {
    const { libraryFolder } = await importEngine(archive, { cacheFolder, recipe });
    expect(await failing()).toEqual([]);
    await rm(join(libraryFolder, 'libtensorflow_cc.so.2'));
    expect(await failing()).toEqual(['python3 with pip', 'g++', 'engine']);
  });
});
