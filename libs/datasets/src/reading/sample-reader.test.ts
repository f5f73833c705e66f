import { createHash } from 'node:crypto';
import { MemoryObjectStore } from '@collimator/object-store';
import { npzFile, numberArray, smallDataset } from '@collimator/testkit';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { importNpz } from '../import-npz.ts';
import { type DatasetIndex } from '../index/dataset-index.ts';
import { splits } from '../split.ts';
import { createPixelDecoder } from './pixel-decoder.ts';
import { SampleReader } from './sample-reader.ts';

const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

let store: MemoryObjectStore;
let index: DatasetIndex;

beforeEach(async () => {
  store = new MemoryObjectStore();
  index = await importNpz(npzFile(smallDataset()), {
    name: 'small',
    store,
    sha256,
    now: () => new Date(0),
    shardBytes: 13_312,
  });
});

describe('SampleReader', () => {
  it.each([0, 60, 1e9])('gives every sample of every split, with room for %i bytes', async (cacheBytes) => {
    const reader = new SampleReader({ store, index, sha256, cacheBytes });
    const arrays = smallDataset();
    for (const split of splits) {
      const { samples } = index.content.splits[split];
      for (const sample of [...Array(samples).keys(), 0, samples - 1]) {
        const { pixels, label } = await reader.read(split, sample);
        expect(pixels).toEqual(arrays[`${split}_images`]?.data.slice(sample * 12, (sample + 1) * 12));
        expect(label).toBe(sample % 2);
      }
    }
  });

  it('checks each shard once', async () => {
    const get = vi.spyOn(store, 'get');
    const reader = new SampleReader({ store, index, sha256, cacheBytes: 0 });
    await Promise.all([reader.read('val', 0), reader.read('val', 1)]);
    await reader.read('val', 2);
    await reader.read('val', 0);
    expect(get).toHaveBeenCalledTimes(1);
  });

  it('names a shard that is damaged, each time', async () => {
    const shard = index.content.shards[0]?.file ?? '';
    await store.put(`datasets/small/${shard}`, new Uint8Array(12_000));
    const reader = new SampleReader({ store, index, sha256, cacheBytes: 1e9 });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await expect(reader.read('train', 3)).rejects.toMatchObject({
        code: 'dataset_corrupt',
        message: expect.stringContaining(
          `shard ${shard} of data set "small" (train samples 0 to 3) is damaged: its 12000 bytes hash to`,
        ) as string,
        next: expect.stringContaining('collimator datasets verify small') as string,
      });
    }
    expect((await reader.read('train', 4)).label).toBe(0);
  });

  it.each([-1, 5, 0.5])('has no sample %d', async (sample) => {
    await expect(new SampleReader({ store, index, sha256, cacheBytes: 0 }).read('val', sample)).rejects.toThrow(
      `split val has no sample ${sample}; allowed: 0 to 4`,
    );
  });
});

describe('createPixelDecoder', () => {
  it('maps bytes to the scale from 0 to 1', () => {
    const decoder = createPixelDecoder(index, 1, 'unit');
    expect(decoder).toMatchObject({ shape: [3, 4, 1], length: 12 });
    const unit = decoder.decode(Uint8Array.of(0, 51, 255));
    expect(unit).toEqual(Float32Array.of(0, 0.2, 1));
  });

  it('gives the training split mean 0 and deviation 1', async () => {
    const reader = new SampleReader({ store, index, sha256, cacheBytes: 1e9 });
    const decoder = createPixelDecoder(index, 3, 'standard');
    const values: number[] = [];
    for (let sample = 0; sample < 10; sample += 1) {
      const out = new Float32Array(decoder.length);
      decoder.finish(decoder.decode((await reader.read('train', sample)).pixels), out);
      for (let pixel = 0; pixel < out.length; pixel += 3)
        expect([out[pixel + 1], out[pixel + 2]]).toEqual([out[pixel], out[pixel]]);
      values.push(...out);
    }
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean).toBeCloseTo(0, 6);
    expect(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length).toBeCloseTo(1, 6);
  });

  it('scales wider pixels by the range of the training split', async () => {
    const values = (count: number, from: number) =>
      numberArray(
        '<i2',
        [count, 1, 2],
        Array.from({ length: 2 * count }, (_, place) => from + place),
      );
    const arrays = {
      ...smallDataset(),
      train_images: values(10, -1000),
      val_images: values(5, -1000),
      test_images: values(6, 0),
    };
    const wide = await importNpz(npzFile(arrays), { name: 'wide', store, sha256, now: () => new Date(0) });
    expect(wide.content.normalisation).toMatchObject({ low: -1000, high: -981 });
    const reader = new SampleReader({ store, index: wide, sha256, cacheBytes: 1e9 });
    const unit = createPixelDecoder(wide, 1, 'unit').decode((await reader.read('train', 9)).pixels);
    expect(unit).toEqual(Float32Array.of(18 / 19, 1));
  });
});
