import { type Split, type SplitMap, splits } from '../split.ts';
import { checkImageArray, checkImages, type ImageForm, type ImageStack } from './check-images.ts';
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
  /** How pixels were changed on import. */
  readonly notes: readonly string[];
  readonly splits: Readonly<Record<Split, SplitArrays>>;
}

const problemsOf = 'the npz file';

/**
 * Reads a MedMNIST-style npz: `{train,val,test}_images` as N×H×W, N×H×W×3 or N×D×H×W, `{train,val,test}_labels` as N or N×1.
 *
 * @param classNames where given, labels must be indices of it; otherwise the classes are those of the training labels.
 * @throws CollimatorError `dataset_invalid`, with all problems of the file at once.
 */
export function readImageArrays(archive: Uint8Array, classNames?: readonly string[]): ImageArrays {
  const problems = new ProblemList();
  const arrays = readArrays(
    archive,
    splits.flatMap((split) => [`${split}_images`, `${split}_labels`]),
    problems,
  );
  const images = checkImages(pick(arrays, 'images'), problems);
  const labels = checkLabels(pick(arrays, 'labels'), classNames, problems);
  for (const split of splits) requireSameCount(split, arrays, problems);
  problems.throwIfAny(problemsOf);
  const ofSplit = (split: Split): SplitArrays => {
    const stack = present(images[split]);
    return { samples: stack.samples, images: stack.pixels, labels: present(labels).labels[split] };
  };
  const { form, notes } = present(images.train);
  const { classes } = present(labels);
  return { form, classes, notes, splits: { train: ofSplit('train'), val: ofSplit('val'), test: ofSplit('test') } };
}

/**
 * Reads the images of one split of a MedMNIST-style npz, without its labels: to predict from.
 *
 * @throws CollimatorError `dataset_invalid`, with all problems at once.
 */
export function readImages(archive: Uint8Array, split: Split): ImageStack {
  const problems = new ProblemList();
  const key = `${split}_images`;
  const array = readArrays(archive, [key], problems).get(key);
  const stack = array === undefined ? undefined : checkImageArray(key, array, problems);
  problems.throwIfAny(problemsOf);
  return present(stack);
}

function readArrays(archive: Uint8Array, keys: readonly string[], problems: ProblemList): Map<string, NpyArray> {
  const entries = new Map<string, ZipEntry>();
  for (const entry of readZipDirectory(archive)) entries.set(entry.name.replace(/\.npy$/, ''), entry);
  const arrays = new Map<string, NpyArray>();
  for (const key of keys) {
    const entry = entries.get(key);
    const array = entry && problems.attempt(key, () => parseNpy(unpackEntry(archive, entry)));
    if (array !== undefined) arrays.set(key, array);
    if (entry !== undefined) continue;
    const found = [...entries.keys()].slice(0, 12).join(', ');
    problems.add(key, `array "${key}" is missing; the file has: ${found || 'nothing'}`, 'Save it under this name.');
  }
  return arrays;
}

function pick(arrays: ReadonlyMap<string, NpyArray>, kind: 'images' | 'labels'): SplitMap<NpyArray> {
  const found: Partial<Record<Split, NpyArray>> = {};
  for (const split of splits) {
    const array = arrays.get(`${split}_${kind}`);
    if (array !== undefined) found[split] = array;
  }
  return found;
}

function requireSameCount(split: Split, arrays: ReadonlyMap<string, NpyArray>, problems: ProblemList): void {
  const images = arrays.get(`${split}_images`)?.shape[0];
  const labels = arrays.get(`${split}_labels`)?.shape[0];
  if (images === undefined || labels === undefined || images === labels) return;
  problems.add(
    `${split}_labels`,
    `${split} has ${images} images but ${labels} labels; allowed: equal counts`,
    'Save one label for each image.',
  );
}

/** What a file without problems has. */
function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new TypeError('a part of a checked npz file is missing though no problem was found');
  return value;
}
