import { type Augmenter, createAugmenter } from '@collimator/augmentation';
import { createPixelDecoder, type PixelDecoder, SampleReader, Sampler, type Split } from '@collimator/datasets';
import { type ObjectStore } from '@collimator/object-store';
import { sha256 } from '../sha256.ts';
import { type BatchSlot, imagesOf, labelsOf } from './batch-slot.ts';
import { type BatchTask } from './batch-task.ts';
import { type BatchOptions } from './loader-options.ts';

const defaultCacheBytes = 512 * 1024 ** 2;

/** How the data set's pixels become the model's. */
export function decoderOf({ dataset, channels, scale }: BatchOptions): PixelDecoder {
  return createPixelDecoder(dataset, channels, scale ?? 'standard');
}

/** Makes batches: reads, decodes, augments. What it makes depends on the task and the options alone. */
export class BatchBuilder {
  readonly #reader: SampleReader;
  readonly #decoder: PixelDecoder;
  readonly #sampler: Sampler;
  readonly #augment: Augmenter;

  constructor(options: BatchOptions, store: ObjectStore) {
    const { dataset, seed, lanes, laneBatch, augmentation } = options;
    const cacheBytes = options.cacheBytes ?? defaultCacheBytes;
    this.#reader = new SampleReader({ store, index: dataset, sha256, cacheBytes });
    this.#decoder = decoderOf(options);
    this.#sampler = new Sampler({ samples: dataset.content.splits.train.samples, lanes, laneBatch, seed });
    this.#augment = createAugmenter(augmentation, seed, dataset.content.image.shape);
  }

  /** Fills a slot. Returns the samples, as numbers within their split, in the order of the batch. */
  async build(task: BatchTask, slot: BatchSlot): Promise<number[]> {
    if (task.kind === 'lane') return this.#buildLane(task.step, task.lane, slot);
    const samples = Array.from({ length: task.size }, (_, place) => task.first + place);
    await this.#fill(task.split, samples, slot, (image) => image);
    return samples;
  }

  async #buildLane(step: number, lane: number, slot: BatchSlot): Promise<number[]> {
    const samples = this.#sampler.samplesOf(step, lane);
    const { epoch } = this.#sampler.placeOf(step);
    await this.#fill('train', samples, slot, (image, sample) => this.#augment({ image }, epoch, sample).image);
    return samples;
  }

  async #fill(
    split: Split,
    samples: readonly number[],
    slot: BatchSlot,
    vary: (image: Float32Array, sample: number) => Float32Array,
  ): Promise<void> {
    const { length } = this.#decoder;
    const images = imagesOf(slot, samples.length, length);
    const labels = labelsOf(slot, samples.length, length);
    for (const [place, sample] of samples.entries()) {
      const { pixels, label } = await this.#reader.read(split, sample);
      const image = vary(this.#decoder.decode(pixels), sample);
      this.#decoder.finish(image, images.subarray(place * length, (place + 1) * length));
      labels[place] = label;
    }
  }
}
