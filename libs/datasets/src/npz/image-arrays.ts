import { type Split, type SplitMap, splits } from '../split.ts';
import { checkImages, type ImageForm } from './check-images.ts';
import { checkLabels } from './check-labels.ts';
import { type NpyArray, type NumberArray, parseNpy } from './npy.ts';
import { ProblemList } from './problem-list.ts';
import { readZipDirectory, unpackEntry, type ZipEntry } from './zip-archive.ts';

/** The samples of one split. */
export interface SplitArrays {
  readonly samples: number;
  /** All pixels, sample by sample, channels last. */
  readonly images: NumberArray;
  /** A class index for each sample. */
  readonly labels: Int32Array;
}

/** What a MedMNIST-style npz file holds, checked. */
export interface ImageArrays {
  readonly form: ImageForm;
  readonly classes: number;
  readonly notes: readonly string[];
  readonly splits: Readonly<Record<Split, SplitArrays>>;
}

/**
 * Reads a MedMNIST-style npz: `{train,val,test}_images` as N×H×W, N×H×W×3 or N×D×H×W, `{train,val,test}_labels` as N or N×1.
 *
 * @param classNames where given, labels must be indices of it; otherwise the classes are those of the training labels.
 * @throws CollimatorError `dataset_invalid`, with all problems of the file at once.
 */
export function readImageArrays(archive: Uint8Array, classNames?: readonly string[]): ImageArrays {
  const problems = new ProblemList();
  const arrays = readArrays(archive, problems);
  const images = checkImages(pick(arrays, 'images'), problems);
  const labels = checkLabels(pick(arrays, 'labels'), classNames, problems);
  for (const split of splits) requireSameCount(split, arrays, problems);
  problems.throwIfAny('the npz file');
  if (images === undefined || labels === undefined) throw new Error('a file without problems has images and labels');
  const ofSplit = (split: Split): SplitArrays => {
    const found = labels.labels[split];
    return { samples: found.length, images: images.values[split], labels: found };
  };
  return {
    form: images.form,
    classes: labels.classes,
    notes: images.notes,
    splits: { train: ofSplit('train'), val: ofSplit('val'), test: ofSplit('test') },
  };
}

type Arrays = ReadonlyMap<string, NpyArray>;

function readArrays(archive: Uint8Array, problems: ProblemList): Arrays {
  const entries = new Map<string, ZipEntry>();
  for (const entry of readZipDirectory(archive)) entries.set(entry.name.replace(/\.npy$/, ''), entry);
  const arrays = new Map<string, NpyArray>();
  for (const key of splits.flatMap((split) => [`${split}_images`, `${split}_labels`])) {
    const entry = entries.get(key);
    if (entry === undefined) {
      const found = [...entries.keys()].slice(0, 12).join(', ');
      problems.add(key, `array "${key}" is missing; the file has: ${found || 'nothing'}`, 'Save it under this name.');
      continue;
    }
    const array = problems.attempt(key, () => parseNpy(unpackEntry(archive, entry)));
    if (array !== undefined) arrays.set(key, array);
  }
  return arrays;
}

function pick(arrays: Arrays, kind: 'images' | 'labels'): SplitMap<NpyArray> {
  const found: Partial<Record<Split, NpyArray>> = {};
  for (const split of splits) {
    const array = arrays.get(`${split}_${kind}`);
    if (array !== undefined) found[split] = array;
  }
  return found;
}

function requireSameCount(split: Split, arrays: Arrays, problems: ProblemList): void {
  const images = arrays.get(`${split}_images`)?.shape[0];
  const labels = arrays.get(`${split}_labels`)?.shape[0];
  if (images === undefined || labels === undefined || images === labels) return;
  problems.add(
    `${split}_labels`,
    `${split} has ${images} images but ${labels} labels`,
    'Save one label for each image.',
  );
}
