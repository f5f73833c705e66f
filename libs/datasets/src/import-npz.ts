import { CollimatorError } from '@collimator/errors';
import { ensureStoreFormat, type ObjectStore } from '@collimator/object-store';
import { checkDatasetName, datasetPrefix, indexKey } from './index/dataset-keys.ts';
import {
  type DatasetCard,
  type DatasetContent,
  type DatasetIndex,
  datasetFormatVersion,
  type ShardSummary,
} from './index/dataset-index.ts';
import { datasetSha256, writeIndex } from './index/index-file.ts';
import { type ImageArrays, readImageArrays, type SplitArrays } from './npz/image-arrays.ts';
import { type Sha256 } from './sha256.ts';
import { type ShardSample, sampleLayout, pixelsBytesOf, writeShard } from './shards/shard-writer.ts';
import { countClasses, fitNormalisation } from './shards/statistics.ts';
import { tarEndBytes } from './shards/ustar.ts';
import { type Split, splits } from './split.ts';

/** Where an import goes, and what is known of the data. */
export interface ImportOptions {
  readonly name: string;
  readonly store: ObjectStore;
  readonly sha256: Sha256;
  readonly now: () => Date;
  /** For the card: where the file came from. Never a path that could name a patient. */
  readonly source?: string;
  readonly modality?: string;
  readonly licence?: string;
  readonly splitsByPatient?: DatasetCard['splitsByPatient'];
  /** Names in label order; by default the labels themselves. */
  readonly classes?: readonly string[];
  /** Largest size of a shard; a shard holds at least one sample. */
  readonly shardBytes?: number;
  readonly onProgress?: (progress: ImportProgress) => void;
}

export interface ImportProgress {
  readonly samples: number;
  readonly totalSamples: number;
}

const defaultShardBytes = 32 * 1024 ** 2;

/**
 * Imports a MedMNIST-style npz file: checks it whole, writes its samples as tar shards, and last, at once, the index that makes it exist.
 * The same file gives the same data set SHA-256. An import that fails leaves no shards, as far as the store still lets it remove them.
 *
 * @throws CollimatorError `dataset_invalid` with all problems of the file, `dataset_exists`, `usage` (name), and the store's errors.
 */
export async function importNpz(file: Uint8Array, options: ImportOptions): Promise<DatasetIndex> {
  const { name, store, sha256 } = options;
  checkDatasetName(name);
  const arrays = readImageArrays(file, options.classes);
  await ensureStoreFormat(store);
  if ((await store.head(indexKey(name))) !== undefined) throw datasetExists(name, store);
  const written: string[] = [];
  try {
    const content = describe(arrays, await writeShards(arrays, options, written), options.classes);
    const index: DatasetIndex = {
      formatVersion: datasetFormatVersion,
      name,
      importedAt: options.now().toISOString(),
      sha256: datasetSha256(content, sha256),
      content,
      card: cardOf(file, arrays.notes, options),
    };
    await putIndex(index, store);
    return index;
  } catch (error) {
    await removeShards(written, name, store).catch(() => undefined);
    throw error;
  }
}

/** Takes back what a failed import wrote; shards that an index names belong to the import that was faster. */
async function removeShards(keys: readonly string[], name: string, store: ObjectStore): Promise<void> {
  if ((await store.head(indexKey(name))) !== undefined) return;
  for (const key of keys) await store.delete(key);
}

async function putIndex(index: DatasetIndex, store: ObjectStore): Promise<void> {
  try {
    await store.put(indexKey(index.name), writeIndex(index), { kind: 'absent' });
  } catch (error) {
    const exists = error instanceof CollimatorError && error.code === 'object_exists';
    throw exists ? datasetExists(index.name, store, error) : error;
  }
}

/** @param written told every key before something is put there. */
async function writeShards(arrays: ImageArrays, options: ImportOptions, written: string[]): Promise<ShardSummary[]> {
  const room = (options.shardBytes ?? defaultShardBytes) - tarEndBytes;
  const perShard = Math.max(1, Math.floor(room / sampleLayout(arrays.form).sampleBytes));
  const totalSamples = splits.reduce((sum, split) => sum + arrays.splits[split].samples, 0);
  const shards: ShardSummary[] = [];
  let samplesDone = 0;
  for (const split of splits) {
    const { samples } = arrays.splits[split];
    for (let first = 0; first < samples; first += perShard) {
      const count = Math.min(perShard, samples - first);
      const { tar, ...shard } = makeShard(arrays, split, first, count, shards.length, options);
      const key = datasetPrefix(options.name) + shard.file;
      written.push(key);
      await options.store.put(key, tar);
      shards.push(shard);
      samplesDone += count;
      options.onProgress?.({ samples: samplesDone, totalSamples });
    }
  }
  return shards;
}

function makeShard(
  { form, splits: arrays }: ImageArrays,
  split: Split,
  firstSample: number,
  samples: number,
  number: number,
  { sha256 }: ImportOptions,
): ShardSummary & { readonly tar: Uint8Array } {
  const tar = writeShard(form, split, firstSample, samplesOf(arrays[split], pixelsBytesOf(form), firstSample, samples));
  const hash = sha256(tar);
  const file = `shards/${String(number).padStart(6, '0')}-${hash.slice(0, 12)}.tar`;
  return { file, bytes: tar.length, sha256: hash, split, firstSample, samples, tar };
}

function samplesOf({ images, labels }: SplitArrays, pixelsBytes: number, first: number, count: number): ShardSample[] {
  const bytes = new Uint8Array(images.buffer, images.byteOffset, images.byteLength);
  return Array.from({ length: count }, (_, index) => {
    const sample = first + index;
    const pixels = bytes.subarray(sample * pixelsBytes, (sample + 1) * pixelsBytes);
    return { pixels, label: labels[sample] ?? 0, meta: {} };
  });
}

function describe(
  arrays: ImageArrays,
  shards: readonly ShardSummary[],
  classNames?: readonly string[],
): DatasetContent {
  const summary = (split: Split) => {
    const { samples, labels } = arrays.splits[split];
    return { samples, classCounts: countClasses(labels, arrays.classes) };
  };
  return {
    image: arrays.form,
    label: {
      kind: 'class',
      classes: classNames ?? Array.from({ length: arrays.classes }, (_, index) => String(index)),
    },
    splits: { train: summary('train'), val: summary('val'), test: summary('test') },
    normalisation: fitNormalisation(arrays.form, arrays.splits.train.images),
    sampleLayout: sampleLayout(arrays.form),
    shards,
  };
}

function cardOf(file: Uint8Array, notes: readonly string[], options: ImportOptions): DatasetCard {
  return {
    modality: options.modality ?? 'unknown',
    licence: options.licence ?? 'unknown',
    splitsByPatient: options.splitsByPatient ?? 'unknown',
    provenance: { source: options.source ?? 'unknown', bytes: file.length, sha256: options.sha256(file) },
    facesRemoved: false,
    notes,
  };
}

function datasetExists(name: string, store: ObjectStore, cause?: unknown): CollimatorError {
  return new CollimatorError('dataset_exists', `store ${store.location} already has a data set "${name}"`, {
    next: 'Choose another --name, or use the data set that is there (datasets show).',
    cause,
  });
}
