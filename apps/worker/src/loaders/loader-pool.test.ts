import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DatasetIndex, importNpz, listTestReads, Sampler } from '@collimator/datasets';
import { type AugmentationOptions } from '@collimator/job';
import { FilesObjectStore } from '@collimator/object-store-files';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../sha256.ts';
import { createLoaderPool, type LaneBatch, type LoaderPool, type LoaderPoolOptions } from './loader-pool.ts';

const lanes = 4;
const laneBatch = 64;
const everyLane = [0, 1, 2, 3];
const augmentation: AugmentationOptions = {
  shiftPixels: 2,
  rotationDegrees: 10,
  flipHorizontal: false,
  flipVertical: false,
  brightness: 0.1,
  contrast: 0.1,
  noise: 0,
};

let folder: string;
let store: FilesObjectStore;
let dataset: DatasetIndex;
const open = new Set<LoaderPool>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'collimator-loaders-'));
  store = new FilesObjectStore(folder);
  const file = await readFile(new URL('../../../../examples/data/pneumoniamnist.npz', import.meta.url));
  dataset = await importNpz(file, {
    name: 'pneumoniamnist',
    store,
    sha256,
    now: () => new Date(0),
    shardBytes: 4_000_000,
  });
});
afterEach(async () => {
  await Promise.all(Array.from(open, (pool) => pool.close()));
  open.clear();
});
afterAll(() => rm(folder, { recursive: true }));

describe('createLoaderPool', () => {
  it('gives every lane the same batches whoever owns it, with any number of threads', async () => {
    const expected = await hashesOf([poolOf({ ownLanes: everyLane })], [0, 1, 2, 18, 19]);
    const two = [poolOf({ ownLanes: [0, 1] }), poolOf({ ownLanes: [2, 3], threads: 2 })];
    expect(await hashesOf(two, [0, 1, 2, 18, 19])).toEqual(expected);
    const four = everyLane.map((lane) =>
      poolOf({ ownLanes: [lane], threads: 1 + (lane % 2), depth: lane, cacheBytes: 0 }),
    );
    expect(await hashesOf(four, [19, 2, 1, 0, 18])).toEqual(expected);
  });

  it('gives each sample of an epoch once, the smaller last step included', async () => {
    const pool = poolOf({ ownLanes: everyLane });
    const { samples } = dataset.content.splits.train;
    const { stepsPerEpoch } = new Sampler({ samples, lanes, laneBatch, seed: 7 });
    const seen: number[] = [];
    for (let step = 0; step < stepsPerEpoch; step += 1) {
      for (const lane of everyLane) {
        const batch = await pool.batch(step, lane);
        seen.push(...batch.samples);
        batch.release();
      }
    }
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: samples }, (_, sample) => sample));
    expect(pool.stats.batches).toBe(stepsPerEpoch * lanes);
    expect(pool.stats.prefetched).toBe(pool.stats.batches);
  });

  it('does not write into a batch before it is released', async () => {
    const pool = poolOf({ ownLanes: everyLane, threads: 2 });
    const held = await pool.batch(0, 0);
    const before = hashOf(held);
    for (let step = 1; step < 6; step += 1) (await pool.batch(step, 0)).release();
    expect(hashOf(held)).toBe(before);
    held.release();
  });

  it('follows a change of lanes and a jump of steps', async () => {
    const [expected] = await hashesOf([poolOf({ ownLanes: [3] })], [7], [3]);
    const pool = poolOf({ ownLanes: [0] });
    (await pool.batch(0, 0)).release();
    pool.assign([3], 7);
    const batch = await pool.batch(7, 3);
    expect(hashOf(batch)).toBe(expected);
    expect(pool.stats.prefetched).toBe(2);
  });

  it('repeats grey as three channels, and scales to mean 0 and deviation 1 of the training split', async () => {
    const off = { ...augmentation, shiftPixels: 0, rotationDegrees: 0, brightness: 0, contrast: 0 };
    const pool = poolOf({ ownLanes: everyLane, channels: 3, augmentation: off });
    const { images, labels, samples } = await pool.batch(0, 0);
    expect(images).toHaveLength(64 * 28 * 28 * 3);
    expect(images.buffer).toBeInstanceOf(SharedArrayBuffer);
    for (let pixel = 0; pixel < images.length; pixel += 3) expect(images[pixel + 1]).toBe(images[pixel]);
    const mean = images.reduce((sum, value) => sum + value, 0) / images.length;
    expect(Math.abs(mean)).toBeLessThan(0.3);
    expect(new Set(labels)).toEqual(new Set([0, 1]));
    expect(samples).toHaveLength(64);
  });

  it('evaluates a split in sample order, never augmented', async () => {
    const seen: number[] = [];
    const labels: number[] = [];
    const pools = [
      poolOf({ ownLanes: [0, 1] }),
      poolOf({ ownLanes: [2, 3], augmentation: { ...augmentation, noise: 1 } }),
    ];
    for (let unit = 0; unit < 9; unit += 1) {
      const batches = await Promise.all(pools.map((pool) => pool.evaluation('val', unit)));
      expect(new Set(batches.map(hashOf)).size).toBe(1);
      seen.push(...(batches[0]?.samples ?? []));
      labels.push(...(batches[0]?.labels ?? []));
      for (const batch of batches) batch.release();
    }
    expect(seen).toEqual(Array.from({ length: 524 }, (_, sample) => sample));
    expect(labels.filter((label) => label === 1)).toHaveLength(389);
    expect(pools[0]?.stats.prefetched).toBe(5);
    await expect(pools[0]?.evaluation('val', 9)).rejects.toThrow('evaluation unit 9 of val is not one of 0 to 8');
  });

  it('records who reads the test split, once for all workers, and reads it for nobody else', async () => {
    const testRead = { who: 'ada', at: '2026-01-02T03:04:05.678Z', run: 'pneumonia-20260102-030405-abcd' };
    const pools = [poolOf({ ownLanes: [0], testRead }), poolOf({ ownLanes: [1], testRead })];
    await Promise.all(pools.map((pool) => pool.evaluation('test', 0)));
    await pools[0]?.evaluation('test', 1);
    expect(await listTestReads(store, 'pneumoniamnist')).toEqual([
      { formatVersion: 1, ...testRead, datasetSha256: dataset.sha256 },
    ]);
    await expect(poolOf({ ownLanes: [0] }).evaluation('test', 0)).rejects.toThrow('who reads it');
  });

  it('passes on the error of a corrupt shard, with its name and what to do', async () => {
    const copy = await importNpz(
      await readFile(new URL('../../../../examples/data/pneumoniamnist.npz', import.meta.url)),
      {
        ...{ name: 'corrupt', store, sha256, now: () => new Date(0) },
      },
    );
    const shard = copy.content.shards[0]?.file ?? '';
    await truncate(join(folder, 'datasets/corrupt', shard), 1_000_000);
    const pool = poolOf({ ownLanes: [0], dataset: copy });
    await expect(pool.batch(0, 0)).rejects.toMatchObject({
      code: 'dataset_corrupt',
      message: expect.stringContaining(`shard ${shard} of data set "corrupt"`) as string,
      next: expect.stringContaining('collimator datasets verify corrupt') as string,
    });
  });

  it('refuses channels that the data do not have', () => {
    const colour = { ...dataset, content: { ...dataset.content, image: { shape: [28, 28, 3], dtype: 'u1' as const } } };
    expect(() => poolOf({ ownLanes: [0], dataset: colour, channels: 1 })).toThrow(
      'model.channels is 1, the images of "pneumoniamnist" have 3; allowed: 3',
    );
  });

  it('leaves no thread and no open promise when it is closed', async () => {
    const handles = () =>
      process.getActiveResourcesInfo().filter((name) => name === 'MessagePort' || name === 'Worker').length;
    const before = handles();
    const pool = poolOf({ ownLanes: everyLane, threads: 2 });
    const asked = expect(pool.batch(0, 0)).rejects.toMatchObject({ code: 'interrupted' });
    await pool.close();
    open.clear();
    await asked;
    await expect(pool.batch(1, 0)).rejects.toMatchObject({ code: 'interrupted' });
    expect(handles()).toBe(before);
  });

  it('measures how long batches were waited for', async () => {
    const pool = poolOf({ ownLanes: everyLane });
    (await pool.batch(0, 0)).release();
    const { waitMs } = pool.stats;
    expect(waitMs).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 300));
    (await pool.batch(1, 0)).release();
    expect(pool.stats.waitMs - waitMs).toBeLessThan(100);
  });
});

function poolOf(options: Partial<LoaderPoolOptions> & Pick<LoaderPoolOptions, 'ownLanes'>): LoaderPool {
  const pool = createLoaderPool({
    ...{ storeLocation: store.location, dataset, seed: 7, lanes, laneBatch, channels: 1, augmentation },
    ...{ firstStep: 0, totalSteps: 1000 },
    ...options,
  });
  open.add(pool);
  return pool;
}

/** Hashes of (step, lane), lane by lane, of pools that share the lanes evenly. */
async function hashesOf(
  pools: readonly LoaderPool[],
  steps: readonly number[],
  asked: readonly number[] = everyLane,
): Promise<string[]> {
  const hashes = new Map<string, string>();
  await Promise.all(
    asked.map(async (lane) => {
      const pool = pools[Math.floor((lane * pools.length) / lanes)];
      for (const step of steps) {
        const batch = await pool?.batch(step, lane);
        if (batch === undefined) continue;
        hashes.set(`${lane} ${String(step).padStart(3)}`, hashOf(batch));
        batch.release();
      }
    }),
  );
  return [...hashes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, hash]) => hash);
}

function hashOf({ images, labels, samples }: LaneBatch): string {
  return sha256(
    Buffer.concat([
      Buffer.from(images.slice().buffer),
      Buffer.from(labels.slice().buffer),
      Buffer.from(samples.join()),
    ]),
  );
}
