import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const generated = 'libs/engine-tensorflow/src/gen/tensorflow_pb.ts';
const source = 'libs/engine-tensorflow/proto';

test('the committed messages are what buf generates from proto/', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'collimator-proto-'));
  try {
    const args = ['generate', source, '--template', join(source, 'buf.gen.yaml'), '--output', folder];
    await promisify(execFile)(join(root, 'node_modules/.bin/buf'), args, { cwd: root });
    expect(await readFile(join(root, generated), 'utf8')).toBe(await readFile(join(folder, generated), 'utf8'));
  } finally {
    await rm(folder, { recursive: true });
  }
});
