import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FilesObjectStore } from './files-object-store.ts';
import { withKeyLock } from './key-lock.ts';

const text = (content: Uint8Array): string => new TextDecoder().decode(content);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'collimator-processes-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs a program in another process; returns what it prints. */
async function inProcess(program: string): Promise<string> {
  const source = `
    import { FilesObjectStore } from ${JSON.stringify(new URL('./files-object-store.ts', import.meta.url).href)};
    import { withKeyLock } from ${JSON.stringify(new URL('./key-lock.ts', import.meta.url).href)};
    const store = new FilesObjectStore(${JSON.stringify(folder)});
    const bytes = (content) => new TextEncoder().encode(content);
    ${program}`;
  const child = spawn(process.execPath, ['--conditions=@collimator/source', '--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: import.meta.dirname,
  });
  let printed = '';
  child.stdout.on('data', (part: Buffer) => (printed += part.toString()));
  await once(child, 'close');
  return printed;
}

describe('between processes', () => {
  it('one of several that claim a key wins', async () => {
    const claim = (name: string) => `
      await store.put('claim', bytes('${name}'), { kind: 'absent' }).then(() => console.log('won'), ({ code }) => console.log(code));`;
    const outcomes = await Promise.all(['a', 'b', 'c'].map((name) => inProcess(claim(name))));
    expect([...outcomes].sort()).toEqual(['object_exists\n', 'object_exists\n', 'won\n']);
    expect(text(await new FilesObjectStore(folder).get('claim'))).toBe(['a', 'b', 'c'][outcomes.indexOf('won\n')]);
  });

  it('compare-and-set loses no addition', async () => {
    const store = new FilesObjectStore(folder);
    await store.put('count', new TextEncoder().encode('0'));
    const add = `
      for (let done = 0; done < 20; ) {
        const before = await store.head('count');
        const count = Number(new TextDecoder().decode(await store.get('count')));
        if ((await store.head('count')).version !== before.version) continue;
        await store.put('count', bytes(String(count + 1)), { kind: 'version', version: before.version }).then(() => done++, ({ code }) => {
          if (code !== 'object_changed') throw new Error(code);
        });
      }`;
    await Promise.all([inProcess(add), inProcess(add), inProcess(add)]);
    expect(text(await store.get('count'))).toBe('60');
  });

  it('a lock ends with the process that held it', async () => {
    const name = join(folder, 'key');
    await inProcess(`await withKeyLock(${JSON.stringify(name)}, () => process.exit(1));`);
    expect(await withKeyLock(name, () => Promise.resolve('free'))).toBe('free');
  });
});
