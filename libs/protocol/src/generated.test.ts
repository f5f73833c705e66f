import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');

it('the committed code is what buf generates from proto/', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'collimator-proto-'));
  try {
    await promisify(execFile)(join(root, 'node_modules/.bin/buf'), ['generate', '--output', folder], { cwd: root });
    expect(await textsOf(root)).toEqual(await textsOf(folder));
  } finally {
    await rm(folder, { recursive: true });
  }
});

async function textsOf(base: string): Promise<ReadonlyMap<string, string>> {
  const folder = join(base, 'libs/protocol/src/gen/collimator/v1');
  const names = (await readdir(folder)).sort();
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
}
