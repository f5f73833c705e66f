import { type Split, type SplitMap, splits } from '../split.ts';
import { type NpyArray } from './npy.ts';
import { type ProblemList } from './problem-list.ts';

/** The most classes that a data set may have. */
const mostClasses = 1000;

export interface CheckedLabels {
  readonly classes: number;
  readonly labels: Readonly<Record<Split, Int32Array>>;
}

/** Checks the label arrays: class indices 0…K−1, each of them in the training split. */
export function checkLabels(
  arrays: SplitMap<NpyArray>,
  classNames: readonly string[] | undefined,
  problems: ProblemList,
): CheckedLabels | undefined {
  const found = new Map<Split, Int32Array>();
  for (const split of splits) {
    const array = arrays[split];
    const labels = array === undefined ? undefined : classIndices(split, array, problems);
    if (labels !== undefined) found.set(split, labels);
  }
  const train = found.get('train');
  if (train === undefined) return undefined;
  const classes = classNames?.length ?? largest(train) + 1;
  if (classes < 2) {
    problems.add('train_labels', `all labels are 0; allowed: at least 2 classes`, 'Give samples of each class.');
  }
  for (const [split, labels] of found) requireRange(split, labels, classes, problems);
  requireEachClass(train, classes, problems);
  const [val, test] = [found.get('val'), found.get('test')];
  return val === undefined || test === undefined ? undefined : { classes, labels: { train, val, test } };
}

function classIndices(split: Split, array: NpyArray, problems: ProblemList): Int32Array | undefined {
  const field = `${split}_labels`;
  const { shape, values } = array;
  if (shape.length === 0 || shape.length > 2 || (shape[1] ?? 1) !== 1 || shape[0] === 0) {
    problems.add(
      field,
      `it has shape (${shape.join(', ')}); allowed: N or N×1, with N at least 1`,
      'Save one class index for each image.',
    );
    return undefined;
  }
  const wrong = Array.from(values.keys()).filter((place) => !isClassIndex(values[place]));
  const [first] = wrong;
  if (first === undefined) return Int32Array.from(values);
  problems.add(
    field,
    `${wrong.length} of ${values.length} labels are not class indices, the first is ${String(values[first])} at ${first}; allowed: integers from 0 to ${mostClasses - 1}`,
    'Number the classes from 0.',
  );
  return undefined;
}

function isClassIndex(value: number | undefined): boolean {
  return value !== undefined && Number.isInteger(value) && value >= 0 && value < mostClasses;
}

function requireRange(split: Split, labels: Int32Array, classes: number, problems: ProblemList): void {
  const place = labels.findIndex((label) => label >= classes);
  if (place < 0) return;
  problems.add(
    `${split}_labels`,
    `label ${String(labels[place])} at ${place} is out of range; allowed: 0 to ${classes - 1}, the classes of the training split`,
    'Correct the label, or give the classes their names.',
  );
}

function requireEachClass(train: Int32Array, classes: number, problems: ProblemList): void {
  const present = new Set(train);
  const absent = Array.from({ length: classes }, (_, index) => index).filter((index) => !present.has(index));
  if (absent.length === 0) return;
  const shown =
    absent.length > 8 ? `${absent.slice(0, 8).join(', ')} and ${absent.length - 8} more` : absent.join(', ');
  problems.add(
    'train_labels',
    `${absent.length} of ${classes} classes have no training sample: ${shown}`,
    'Number the classes from 0 without gaps.',
  );
}

function largest(labels: Int32Array): number {
  return labels.reduce((most, label) => Math.max(most, label), 0);
}
