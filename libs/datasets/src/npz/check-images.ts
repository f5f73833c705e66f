import { type Split, type SplitMap, splits } from '../split.ts';
import { type NpyArray, type NpyDtype, type NumberArray } from './npy.ts';
import { type ProblemList } from './problem-list.ts';

/** How pixels are kept. */
export type PixelType = 'u1' | 'u2' | 'i2' | 'f4';

/** What all images of a data set have in common. */
export interface ImageForm {
  /** [H, W, C] or [D, H, W, C]. */
  readonly shape: readonly number[];
  readonly dtype: PixelType;
}

export interface CheckedImages {
  readonly form: ImageForm;
  readonly values: Readonly<Record<Split, NumberArray>>;
  /** How pixels were changed on import. */
  readonly notes: readonly string[];
}

/** The narrowest kept type that holds a file's type; 32- and 64-bit numbers are rounded to float32. */
const keptAs: Record<NpyDtype, PixelType> = {
  b1: 'u1',
  u1: 'u1',
  i1: 'i2',
  u2: 'u2',
  i2: 'i2',
  i4: 'f4',
  i8: 'f4',
  f4: 'f4',
  f8: 'f4',
};

const allowedShapes = 'N×H×W (grey), N×H×W×3 (colour) or N×D×H×W (volumes)';

/** Checks the image arrays alone and against each other. */
export function checkImages(arrays: SplitMap<NpyArray>, problems: ProblemList): CheckedImages | undefined {
  const shapes = new Map<Split, readonly number[]>();
  for (const split of splits) {
    const array = arrays[split];
    if (array === undefined) continue;
    const shape = sampleShape(array.shape);
    if (shape === undefined) {
      problems.add(
        `${split}_images`,
        `it has shape (${array.shape.join(', ')}); allowed: ${allowedShapes}, none of them 0`,
        'Reshape it before saving.',
      );
    } else shapes.set(split, shape);
    requireFinite(split, array, problems);
  }
  requireAlike(arrays, shapes, problems);
  const { train, val, test } = arrays;
  const shape = shapes.get('train');
  if (!train || !val || !test || !shape) return undefined;
  const dtype = keptAs[train.dtype];
  return {
    form: { shape, dtype },
    notes: dtype === train.dtype ? [] : [`pixels of type ${train.dtype} are kept as ${dtype}`],
    values: { train: convert(train.values, dtype), val: convert(val.values, dtype), test: convert(test.values, dtype) },
  };
}

/** The shape of one sample with its channels, or nothing where the array is no stack of images. */
function sampleShape(shape: readonly number[]): readonly number[] | undefined {
  const sample = shape.slice(1);
  if (shape.some((length) => length < 1)) return undefined;
  if (sample.length === 2) return [...sample, 1];
  if (sample.length !== 3) return undefined;
  const last = sample.at(-1);
  return last === 1 || last === 3 ? sample : [...sample, 1];
}

function requireAlike(
  arrays: SplitMap<NpyArray>,
  shapes: ReadonlyMap<Split, readonly number[]>,
  problems: ProblemList,
): void {
  for (const split of ['val', 'test'] as const) {
    const [own, first] = [shapes.get(split), shapes.get('train')];
    if (own && first && own.join() !== first.join()) {
      problems.add(
        `${split}_images`,
        `its images have shape (${own.join(', ')}), those of train (${first.join(', ')})`,
        'Resample all splits to one shape.',
      );
    }
    const [dtype, trainDtype] = [arrays[split]?.dtype, arrays.train?.dtype];
    if (dtype && trainDtype && dtype !== trainDtype) {
      problems.add(
        `${split}_images`,
        `its element type is ${dtype}, that of train ${trainDtype}`,
        'Convert all splits to one type with .astype.',
      );
    }
  }
}

function requireFinite(split: Split, { values }: NpyArray, problems: ProblemList): void {
  if (!(values instanceof Float32Array || values instanceof Float64Array)) return;
  const place = values.findIndex((value: number) => !Number.isFinite(Math.fround(value)));
  if (place < 0) return;
  problems.add(
    `${split}_images`,
    `element ${place} is ${String(values[place])}; allowed: finite float32 numbers`,
    'Replace such values before saving.',
  );
}

function convert(values: NumberArray, dtype: PixelType): NumberArray {
  switch (dtype) {
    case 'u1':
      return values;
    case 'u2':
      return values;
    case 'i2':
      return values instanceof Int16Array ? values : Int16Array.from(values);
    case 'f4':
      return values instanceof Float32Array ? values : Float32Array.from(values);
  }
}
