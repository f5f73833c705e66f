import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CollimatorError } from '@collimator/errors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FilesObjectStore } from './files-object-store.ts';
import { storeError } from './file-errors.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'collimator-failing-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function failureOf(outcome: Promise<unknown>): Promise<CollimatorError> {
  return outcome.then(
    () => Promise.reject(new Error('expected a failure')),
    (error: unknown) => CollimatorError.from(error),
  );
}

describe('without permission', () => {
  /** Root may do everything, so a child process without root's rights tries. */
  it('names a store that this user may not write', async () => {
    await chmod(folder, 0o755);
    const locked = join(folder, 'locked');
    await mkdir(locked, { mode: 0o500 });
    const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const program = `
      import { FilesObjectStore } from ${JSON.stringify(new URL('./files-object-store.ts', import.meta.url).href)};
      const store = new FilesObjectStore(${JSON.stringify(join(locked, 'store'))});
      await store.put('key', new Uint8Array(1)).catch(({ code, message, next }) => console.log(JSON.stringify({ code, message, next })));`;
    const words = ['--conditions=@collimator/source', '--input-type=module', '--eval', program];
    const { stdout, stderr } = spawnSync(process.execPath, words, {
      ...asNobody,
      encoding: 'utf8',
      cwd: import.meta.dirname,
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      code: 'store_denied',
      message: `access denied: cannot write "key" in store file:${join(locked, 'store')} (EACCES)`,
      next: `Give this user read and write permission on ${join(locked, 'store')}, or choose another store with --store.`,
    });
  });
});

describe('the folder', () => {
  it('and its files are readable by their owner alone', async () => {
    const store = new FilesObjectStore(join(folder, 'new/store'));
    await store.put('runs/a/run.json', Uint8Array.of(1));
    for (const path of ['new/store', 'new/store/runs/a', 'new/store/.staging'])
      expect((await stat(join(folder, path))).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, 'new/store/runs/a/run.json'))).mode & 0o777).toBe(0o600);
  });

  it('loses what dead processes left in it, but not what live ones write', async () => {
    await mkdir(join(folder, '.staging'));
    await writeFile(join(folder, '.staging/abandoned'), 'x');
    await writeFile(join(folder, '.staging/fresh'), 'x');
    await utimes(join(folder, '.staging/abandoned'), 1, 1);
    const store = new FilesObjectStore(folder);
    await store.put('key', Uint8Array.of(1));
    expect(await readdir(join(folder, '.staging'))).toEqual(['fresh']);
    const keys: string[] = [];
    for await (const { key } of store.list('')) keys.push(key);
    expect(keys).toEqual(['key']);
  });

  it('cannot have an object and a folder of one name', async () => {
    const store = new FilesObjectStore(folder);
    await store.put('a/b', Uint8Array.of(1));
    for (const key of ['a', 'a/b/c']) {
      expect(await failureOf(store.put(key, Uint8Array.of(1)))).toMatchObject({
        code: 'object_exists',
        message: expect.stringContaining(
          `an object and a folder cannot have the same name: cannot write "${key}" in store file:${folder}`,
        ) as string,
      });
    }
  });
});

describe('FilesObjectStore.at', () => {
  it.each(['file:/data/store', 'file:///data/store'])('opens %s', (location) => {
    expect(FilesObjectStore.at(location).location).toBe('file:/data/store');
  });

  it.each(['s3://bucket', '/data/store', 'file:', ''])('refuses %j', (location) => {
    expect(() => FilesObjectStore.at(location)).toThrow(
      expect.objectContaining({
        code: 'usage',
        message: `store ${JSON.stringify(location)} is not a known kind; allowed: file:FOLDER`,
        next: 'Give a store such as --store file:.collimator.',
      }),
    );
  });
});

describe('storeError', () => {
  it.each([
    ['EPERM', 'store_denied'],
    ['EDQUOT', 'store_full'],
    ['EIO', 'store_unreachable'],
    ['ESTALE', 'store_unreachable'],
    ['EMFILE', 'store_unreachable'],
  ])('turns %s into %s', (errno, code) => {
    const error = storeError(Object.assign(new Error(errno), { code: errno }), 'file:/store', 'read "key"');
    expect(error).toMatchObject({
      code,
      message: expect.stringContaining(`cannot read "key" in store file:/store (${errno})`) as string,
    });
    expect(error.next).toBeDefined();
  });
});
