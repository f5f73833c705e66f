import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** Ways into a mount namespace of our own, where a tmpfs can be mounted and nothing stays behind: as any user, or as root. */
const unshareChoices = [['--user', '--map-root-user', '--mount'], ['--mount']];
const unshare = unshareChoices.find(
  (options) => spawnSync('unshare', [...options, 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0,
);
const mayBeSkipped = unshare === undefined && process.env.CI !== 'true';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'collimator-mounted-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs statements with a store on a file system of 2 MiB; returns what they print, a line of JSON each. */
function onSmallFileSystem(statements: string): unknown[] {
  const source = `
    import { execFileSync } from 'node:child_process';
    import { readdirSync } from 'node:fs';
    import { FilesObjectStore } from ${JSON.stringify(new URL('./files-object-store.ts', import.meta.url).href)};
    const root = ${JSON.stringify(folder)};
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'none', root]);
    const store = new FilesObjectStore(root);
    const megabytes = (count) => new Uint8Array(count * 1024 ** 2).fill(count);
    const print = (value) => console.log(JSON.stringify(value));
    const failureOf = (outcome) => outcome.then(() => 'no failure', ({ code, message, next }) => ({ code, message, next }));
    ${statements}`;
  const node = [process.execPath, '--conditions=@collimator/source', '--input-type=module', '--eval', source];
  const { stdout, stderr } = spawnSync('unshare', [...(unshare ?? []), ...node], {
    encoding: 'utf8',
    cwd: import.meta.dirname,
  });
  expect(stderr).toBe('');
  return stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

function readOnly(action: string, root: string = folder): unknown {
  return {
    code: 'store_read_only',
    message: `the file system is read-only: cannot ${action} in store file:${root} (EROFS)`,
    next: 'Mount it writable, or choose another store with --store.',
  };
}

describe.skipIf(mayBeSkipped)('on real file systems (skipped where this user may not mount a tmpfs)', () => {
  it('names a full store, keeps what was there and leaves no piece of what was not', () => {
    const printed = onSmallFileSystem(`
      await store.put('kept', megabytes(1));
      print(await failureOf(store.put('large', megabytes(2))));
      print(await failureOf(store.put('large', megabytes(2), { kind: 'absent' })));
      print(await failureOf(store.put('kept', megabytes(2))));
      print((await store.get('kept'))[0]);
      print(await store.head('large') ?? 'nothing');
      print(readdirSync(root + '/.staging'));`);
    const full = (key: string) => ({
      code: 'store_full',
      message: `no space is left: cannot write "${key}" in store file:${folder} (ENOSPC)`,
      next: `Free space or raise the quota of the file system of ${folder}, or choose another store with --store.`,
    });
    expect(printed).toEqual([full('large'), full('large'), full('kept'), 1, 'nothing', []]);
  });

  it('names a read-only store, which can still be read', () => {
    const printed = onSmallFileSystem(`
      await store.put('kept', megabytes(1));
      execFileSync('mount', ['-o', 'remount,ro', root]);
      for (const opened of [store, new FilesObjectStore(root)]) {
        print(await failureOf(opened.put('kept', megabytes(1))));
        print(await failureOf(opened.put('new', megabytes(1), { kind: 'absent' })));
        print(await failureOf(opened.delete('kept')));
        print((await opened.get('kept')).length);
      }`);
    const once = [readOnly('write "kept"'), readOnly('write "new"'), readOnly('delete "kept"'), 1024 ** 2];
    expect(printed).toEqual([...once, ...once]);
  });

  it.each(['', '/new/store'])('names a read-only file system where no store ever was: %j', (below) => {
    const printed = onSmallFileSystem(`
      execFileSync('mount', ['-o', 'remount,ro', root]);
      const opened = new FilesObjectStore(root + ${JSON.stringify(below)});
      print(await failureOf(opened.put('deep/key', megabytes(1))));
      print(await failureOf(opened.put('deep/key', megabytes(1), { kind: 'absent' })));`);
    const failure = readOnly('write "deep/key"', folder + below);
    expect(printed).toEqual([failure, failure]);
  });
});
