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

/** The images of one array. */
export interface ImageStack {
  readonly form: ImageForm;
  readonly samples: number;
  /** All pixels in the kept type, sample by sample, channels last. */
  readonly pixels: NumberArray;
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
export function checkImages(arrays: SplitMap<NpyArray>, problems: ProblemList): SplitMap<ImageStack> {
  const stacks: Partial<Record<Split, ImageStack>> = {};
  for (const split of splits) {
    const array = arrays[split];
    const stack = array === undefined ? undefined : checkImageArray(`${split}_images`, array, problems);
    if (stack !== undefined) stacks[split] = stack;
  }
  requireAlike(arrays, stacks, problems);
  return stacks;
}

/** Checks one array of images. */
export function checkImageArray(field: string, array: NpyArray, problems: ProblemList): ImageStack | undefined {
  requireFinite(field, array, problems);
  const shape = sampleShape(array.shape);
  if (shape === undefined) {
    const actual = `it has shape (${array.shape.join(', ')})`;
    problems.add(field, `${actual}; allowed: ${allowedShapes}, none of them 0`, 'Reshape it before saving.');
    return undefined;
  }
  const dtype = keptAs[array.dtype];
  const notes = dtype === array.dtype ? [] : [`pixels of type ${array.dtype} are kept as ${dtype}`];
  return { form: { shape, dtype }, samples: array.shape[0] ?? 0, pixels: convert(array.values, dtype), notes };
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

function requireAlike(arrays: SplitMap<NpyArray>, stacks: SplitMap<ImageStack>, problems: ProblemList): void {
  for (const split of ['val', 'test'] as const) {
    const [own, first] = [stacks[split]?.form.shape.join(', '), stacks.train?.form.shape.join(', ')];
    if (own !== undefined && first !== undefined && own !== first) {
      const actual = `its images have shape (${own}), those of train (${first})`;
      problems.add(`${split}_images`, `${actual}; allowed: one shape`, 'Resample all splits to one shape.');
    }
    const [dtype, trainDtype] = [arrays[split]?.dtype, arrays.train?.dtype];
    if (dtype !== undefined && trainDtype !== undefined && dtype !== trainDtype) {
      const actual = `its element type is ${dtype}, that of train ${trainDtype}`;
      problems.add(`${split}_images`, `${actual}; allowed: one type`, 'Convert all splits to one type with .astype.');
    }
  }
}

function requireFinite(field: string, { values }: NpyArray, problems: ProblemList): void {
  if (!(values instanceof Float32Array || values instanceof Float64Array)) return;
  const place = values.findIndex((value: number) => !Number.isFinite(Math.fround(value)));
  if (place < 0) return;
  const actual = `element ${place} is ${String(values[place])}`;
  problems.add(field, `${actual}; allowed: finite float32 numbers`, 'Replace such values before saving.');
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
