import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MemoryObjectStore } from '@collimator/object-store';
import { beforeAll, describe, expect, it } from 'vitest';
import { verifyDataset } from './catalogue/verify.ts';
import { importNpz } from './import-npz.ts';
import { type DatasetIndex } from './index/dataset-index.ts';

const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
const repository = fileURLToPath(new URL('../../../', import.meta.url));
const shared = process.env.COLLIMATOR_SHARED ?? `${repository}../shared`;

const files = [
  {
    name: 'pneumoniamnist.npz',
    file: `${repository}examples/data/pneumoniamnist.npz`,
    image: { shape: [28, 28, 1], dtype: 'u1' },
    counts: { train: [1214, 3494], val: [135, 389], test: [234, 390] },
    sha256: '40ed28e3f9f0bfca1b44b9e1ea6bf4343f7510402455667cf65f27b548d0d74f',
  },
  {
    name: 'retinamnist.npz',
    file: `${shared}/data/medmnist/retinamnist.npz`,
    image: { shape: [28, 28, 3], dtype: 'u1' },
    counts: { train: [486, 128, 206, 194, 66], val: [54, 12, 28, 20, 6], test: [174, 46, 92, 68, 20] },
    sha256: 'e389c4731c16ec4abb5e157e501efcb619eab049c583cb7651084c87b9d98dab',
  },
  {
    name: 'adrenalmnist3d.npz',
    file: `${shared}/data/medmnist/adrenalmnist3d.npz`,
    image: { shape: [28, 28, 28, 1], dtype: 'u1' },
    counts: { train: [929, 259], val: [76, 22], test: [229, 69] },
    sha256: '5d117fa307d176de9b850ed81d2d33b8e21d9f3c582d7acbc9be7d0223184a56',
  },
];

/** Files that are not part of the repository may be absent on a developer's machine, never in CI. */
const mayBeAbsent = process.env.CI !== 'true';

describe.each(files)('the official $name', ({ file, image, counts, sha256: expected }) => {
  describe.skipIf(mayBeAbsent && !existsSync(file))('(skipped without COLLIMATOR_SHARED/data/medmnist)', () => {
    const store = new MemoryObjectStore();
    let index: DatasetIndex;

    beforeAll(async () => {
      index = await importNpz(readFileSync(file), { name: 'official', store, sha256, now: () => new Date(0) });
    });

    it('has the published shape and class counts', () => {
      expect(index.content.image).toEqual(image);
      for (const split of ['train', 'val', 'test'] as const)
        expect(index.content.splits[split].classCounts).toEqual(counts[split]);
    });

    it('has a pinned hash, and whole shards', async () => {
      expect(index.sha256).toBe(expected);
      await verifyDataset(store, index, sha256);
    });
  });
});
