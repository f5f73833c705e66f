import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { collimator } from './collimator-command.ts';
import { engineTest } from './engine-test.ts';
import { setting, useStoreWithData } from './trained-store.ts';

const store = useStoreWithData();

/** Changes one byte in the middle of every shard of a data set. */
async function damageShards(name: string): Promise<void> {
  const folder = join(store.folder, 'datasets', name, 'shards');
  for (const file of await readdir(folder)) {
    const bytes = await readFile(join(folder, file));
    const middle = bytes.length >> 1;
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    await writeFile(join(folder, file), bytes);
  }
}

describe('a data set that was damaged', () => {
  engineTest(
    'ends training and evaluation with the shard named',
    async () => {
      const at = ['--store', store.location];
      const changes = setting(['spec.data.dataset=cut', 'spec.training.maxSteps=1']);
      const train = ['train', 'examples/pneumonia.yaml', ...changes, ...at];
      expect((await collimator(train)).exitCode).toBe(0);
      await damageShards('cut');
      for (const args of [['evaluate', 'latest', '--split', 'test', ...at], train]) {
        const { exitCode, stderr } = await collimator(args);
        expect(stderr).toMatch(/\[dataset_corrupt\].*shards\/\d{6}-[0-9a-f]{12}\.tar/);
        expect(exitCode).toBe(3);
      }
    },
    120_000,
  );
});
