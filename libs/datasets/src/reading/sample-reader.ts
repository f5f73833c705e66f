import { type ObjectStore } from '@collimator/object-store';
import { type DatasetIndex, type ShardSummary } from '../index/dataset-index.ts';
import { datasetPrefix } from '../index/dataset-keys.ts';
import { type Sha256 } from '../sha256.ts';
import { type Split } from '../split.ts';
import { readShard } from './read-shard.ts';

/** A sample as it is kept. */
export interface StoredSample {
  /** Pixels in the kept type, little endian, channels last: bytes that must not be changed. */
  readonly pixels: Uint8Array;
  readonly label: number;
}

interface PackedShard {
  readonly pixels: Uint8Array;
  readonly labels: Int32Array;
}

export interface SampleReaderOptions {
  readonly store: ObjectStore;
  readonly index: DatasetIndex;
  readonly sha256: Sha256;
  /** Most bytes of pixels that are kept in memory. */
  readonly cacheBytes: number;
}

/**
 * Random access to the samples of a data set. A shard is read whole the first time and its hash checked; its pixels stay in memory while
 * there is room, and are read as ranges after that. Recording a read of the test split is the caller's affair.
 */
export class SampleReader {
  readonly #options: SampleReaderOptions;
  readonly #cache = new Map<string, Promise<PackedShard>>();
  readonly #verified = new Set<string>();
  #cachedBytes = 0;

  constructor(options: SampleReaderOptions) {
    this.#options = options;
  }

  /**
   * @param sample its number within the split.
   * @throws CollimatorError `dataset_corrupt`, naming the shard, and the store's errors.
   */
  async read(split: Split, sample: number): Promise<StoredSample> {
    const shard = this.#shardOf(split, sample);
    const place = sample - shard.firstSample;
    if (this.#verified.has(shard.file) && !this.#cache.has(shard.file)) return this.#readRange(shard, place);
    const { pixels, labels } = await this.#packed(shard);
    const { pixelsBytes } = this.#options.index.content.sampleLayout;
    return { pixels: pixels.subarray(place * pixelsBytes, (place + 1) * pixelsBytes), label: labels[place] ?? 0 };
  }

  #shardOf(split: Split, sample: number): ShardSummary {
    const { shards, splits } = this.#options.index.content;
    const shard = shards.find(
      (each) => each.split === split && sample >= each.firstSample && sample < each.firstSample + each.samples,
    );
    if (shard !== undefined && Number.isInteger(sample)) return shard;
    throw new RangeError(`split ${split} has no sample ${sample}; allowed: 0 to ${splits[split].samples - 1}`);
  }

  #packed(shard: ShardSummary): Promise<PackedShard> {
    const cached = this.#cache.get(shard.file);
    if (cached !== undefined) return cached;
    const loading = this.#load(shard).catch((error: unknown) => {
      this.#cache.delete(shard.file);
      throw error;
    });
    this.#cache.set(shard.file, loading);
    return loading;
  }

  async #load(shard: ShardSummary): Promise<PackedShard> {
    const { store, index, sha256, cacheBytes } = this.#options;
    const packed = this.#pack(await readShard(store, index.name, shard, sha256), shard.samples);
    this.#verified.add(shard.file);
    if (this.#cachedBytes + packed.pixels.length > cacheBytes) this.#cache.delete(shard.file);
    else this.#cachedBytes += packed.pixels.length;
    return packed;
  }

  #pack(tar: Uint8Array, samples: number): PackedShard {
    const { sampleBytes, pixelsOffset, pixelsBytes, labelOffset } = this.#options.index.content.sampleLayout;
    const pixels = new Uint8Array(samples * pixelsBytes);
    const labels = new Int32Array(samples);
    const view = new DataView(tar.buffer, tar.byteOffset, tar.byteLength);
    for (let place = 0; place < samples; place += 1) {
      const from = place * sampleBytes + pixelsOffset;
      pixels.set(tar.subarray(from, from + pixelsBytes), place * pixelsBytes);
      labels[place] = view.getInt32(place * sampleBytes + labelOffset, true);
    }
    return { pixels, labels };
  }

  async #readRange(shard: ShardSummary, place: number): Promise<StoredSample> {
    const { store, index } = this.#options;
    const { sampleBytes, pixelsOffset, pixelsBytes, labelOffset } = index.content.sampleLayout;
    const piece = await store.getRange(datasetPrefix(index.name) + shard.file, place * sampleBytes, sampleBytes);
    const label = new DataView(piece.buffer, piece.byteOffset, piece.byteLength).getInt32(labelOffset, true);
    return { pixels: piece.slice(pixelsOffset, pixelsOffset + pixelsBytes), label };
  }
}
