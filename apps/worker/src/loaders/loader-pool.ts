import { performance } from 'node:perf_hooks';
import { recordTestRead, type Split, type TestRead } from '@collimator/datasets';
import { FilesObjectStore } from '@collimator/object-store-files';
import { evaluationUnits, samplesPerUnit } from '@collimator/training';
import { decoderOf } from './batch-builder.ts';
import { type BatchSlot, createSlot, imagesOf, labelsOf } from './batch-slot.ts';
import { type BatchTask, taskKey } from './batch-task.ts';
import { type BatchOptions } from './loader-options.ts';
import { LoaderThreads } from './loader-threads.ts';
import { WaitingTime } from './waiting-time.ts';

/** A batch in shared memory; nobody may touch it after `release`. */
export interface LaneBatch {
  /** [samples, H, W, C] or [samples, D, H, W, C]. */
  readonly images: Float32Array<SharedArrayBuffer>;
  /** Class indices. */
  readonly labels: Int32Array<SharedArrayBuffer>;
  /** Numbers of the samples within their split. */
  readonly samples: readonly number[];
  release(): void;
}

interface LoaderStats {
  /** Batches that were asked for. */
  readonly batches: number;
  /** How many of them were ready or under way. */
  readonly prefetched: number;
  /** Time in which at least one asked batch was not ready. */
  readonly waitMs: number;
}

export interface LoaderPoolOptions extends BatchOptions {
  /** Lanes that this worker computes, and the first step: their batches are made ahead. */
  readonly ownLanes: readonly number[];
  readonly firstStep: number;
  /** Steps of the whole training: nothing beyond is made ahead. */
  readonly totalSteps: number;
  /** 1 by default: a second one pays only for large images. */
  readonly threads?: number;
  /** How many steps ahead of the present one batches are made; 2 by default. */
  readonly depth?: number;
  /** Who reads the test split; without it the test split is not read. */
  readonly testRead?: TestRead;
}

/** Batches of a worker, made ahead by threads. */
export interface LoaderPool {
  /** The batch of a lane in a global step, counted from 0. */
  batch(step: number, lane: number): Promise<LaneBatch>;
  /** The batch of an evaluation unit, in sample order, not augmented. The test split's first read is recorded with the data set. */
  evaluation(split: Split, unit: number): Promise<LaneBatch>;
  /** Other lanes from some step on: their batches are made ahead, those of others forgotten. */
  assign(lanes: readonly number[], firstStep: number): void;
  /** Settles when every batch that is made ahead is there. Errors: those of the batches. */
  prepared(): Promise<void>;
  readonly stats: LoaderStats;
  /** Ends the threads. */
  close(): Promise<void>;
}

/**
 * Starts loader threads for a worker.
 *
 * @throws CollimatorError `job_invalid` where the data cannot give the model's channels. Its batches reject with `dataset_corrupt` and the
 *   store's errors.
 */
export function createLoaderPool(options: LoaderPoolOptions): LoaderPool {
  return new PrefetchingPool(options);
}

class PrefetchingPool implements LoaderPool {
  readonly #options: LoaderPoolOptions;
  readonly #depth: number;
  readonly #floatsPerImage: number;
  readonly #threads: LoaderThreads;
  readonly #waiting = new WaitingTime(() => performance.now());
  readonly #ahead = new Map<string, { readonly task: BatchTask; readonly batch: Promise<LaneBatch> }>();
  readonly #freeSlots: BatchSlot[] = [];
  /** The next step to make ahead, of each own lane. */
  readonly #nextStep = new Map<number, number>();
  #testRead: Promise<void> | undefined;
  #batches = 0;
  #prefetched = 0;

  constructor(options: LoaderPoolOptions) {
    this.#options = options;
    this.#depth = options.depth ?? 2;
    this.#floatsPerImage = decoderOf(options).length;
    this.#threads = new LoaderThreads(batchOptions(options), options.threads ?? 1);
    this.assign(options.ownLanes, options.firstStep);
  }

  get stats(): LoaderStats {
    return { batches: this.#batches, prefetched: this.#prefetched, waitMs: this.#waiting.totalMs };
  }

  batch(step: number, lane: number): Promise<LaneBatch> {
    const batch = this.#take({ kind: 'lane', step, lane });
    this.#forget((task) => task.kind === 'lane' && task.lane === lane && task.step <= step);
    if (this.#nextStep.has(lane)) this.#makeStepsAhead(lane, step + 1);
    return this.#waiting.during(batch);
  }

  async evaluation(split: Split, unit: number): Promise<LaneBatch> {
    if (split === 'test') await this.#recordTestRead();
    const units = evaluationUnits(this.#options.dataset.content.splits[split].samples, this.#options.lanes);
    const asked = units[unit];
    if (asked === undefined)
      throw new RangeError(`evaluation unit ${unit} of ${split} is not one of 0 to ${units.length - 1}`);
    const batch = this.#take({ kind: 'unit', split, first: asked.first, size: asked.size });
    const following = units.filter((each) => each.unit > unit && each.lane === asked.lane).slice(0, this.#depth);
    for (const { first, size } of following) this.#makeAhead({ kind: 'unit', split, first, size });
    return this.#waiting.during(batch);
  }

  assign(lanes: readonly number[], firstStep: number): void {
    this.#nextStep.clear();
    this.#forget((task) => task.kind === 'lane' && (!lanes.includes(task.lane) || task.step < firstStep));
    for (const lane of lanes) this.#nextStep.set(lane, firstStep);
    for (const lane of lanes) this.#makeStepsAhead(lane, firstStep);
  }

  async prepared(): Promise<void> {
    await Promise.all([...this.#ahead.values()].map(({ batch }) => batch));
  }

  close(): Promise<void> {
    return this.#threads.close();
  }

  #makeStepsAhead(lane: number, from: number): void {
    const end = Math.min(from + this.#depth, this.#options.totalSteps);
    for (let step = Math.max(from, this.#nextStep.get(lane) ?? from); step < end; step += 1) {
      this.#makeAhead({ kind: 'lane', step, lane });
    }
    this.#nextStep.set(lane, Math.max(end, this.#nextStep.get(lane) ?? end));
  }

  #makeAhead(task: BatchTask): void {
    const key = taskKey(task);
    if (this.#ahead.has(key)) return;
    const batch = this.#make(task);
    batch.catch(() => undefined);
    this.#ahead.set(key, { task, batch });
  }

  #take(task: BatchTask): Promise<LaneBatch> {
    this.#batches += 1;
    const key = taskKey(task);
    const made = this.#ahead.get(key);
    if (made === undefined) return this.#make(task);
    this.#prefetched += 1;
    this.#ahead.delete(key);
    return made.batch;
  }

  #forget(isStale: (task: BatchTask) => boolean): void {
    for (const [key, { task, batch }] of this.#ahead) {
      if (!isStale(task)) continue;
      this.#ahead.delete(key);
      batch.then(
        (made) => {
          made.release();
        },
        () => undefined,
      );
    }
  }

  async #make(task: BatchTask): Promise<LaneBatch> {
    const slot = this.#takeSlot(task.kind === 'lane' ? this.#options.laneBatch : samplesPerUnit);
    try {
      return this.#batchIn(slot, await this.#threads.build(task, slot));
    } catch (error) {
      this.#freeSlots.push(slot);
      throw error;
    }
  }

  #batchIn(slot: BatchSlot, samples: readonly number[]): LaneBatch {
    let held = true;
    return {
      images: imagesOf(slot, samples.length, this.#floatsPerImage),
      labels: labelsOf(slot, samples.length, this.#floatsPerImage),
      samples,
      release: () => {
        if (held) this.#freeSlots.push(slot);
        held = false;
      },
    };
  }

  #takeSlot(capacity: number): BatchSlot {
    const free = this.#freeSlots.findIndex((slot) => slot.capacity === capacity);
    const [slot] = free < 0 ? [] : this.#freeSlots.splice(free, 1);
    return slot ?? createSlot(capacity, this.#floatsPerImage);
  }

  #recordTestRead(): Promise<void> {
    const { testRead, storeLocation, dataset } = this.#options;
    if (testRead === undefined) throw new TypeError('the test split is read only where it is said who reads it');
    this.#testRead ??= recordTestRead(FilesObjectStore.at(storeLocation), dataset, testRead);
    return this.#testRead;
  }
}

/** The part of the options that loader threads need. */
function batchOptions(options: LoaderPoolOptions): BatchOptions {
  const { storeLocation, dataset, seed, lanes, laneBatch, channels, augmentation, scale, cacheBytes } = options;
  return {
    ...{ storeLocation, dataset, seed, lanes, laneBatch, channels, augmentation },
    ...(scale === undefined ? {} : { scale }),
    ...(cacheBytes === undefined ? {} : { cacheBytes }),
  };
}
