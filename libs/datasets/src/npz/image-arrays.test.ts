import { CollimatorError } from '@collimator/errors';
import { byteArray, npyFile, npzFile, numberArray, smallDataset, type TestArray } from '@collimator/testkit';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readImageArrays, readImages } from './image-arrays.ts';

type Arrays = Record<string, TestArray>;

function failureOf(archive: Uint8Array, classes?: readonly string[]): CollimatorError {
  try {
    readImageArrays(archive, classes);
  } catch (error) {
    return CollimatorError.from(error);
  }
  throw new Error('expected the file to be refused');
}

function without(key: string): Arrays {
  return Object.fromEntries(Object.entries(smallDataset()).filter(([name]) => name !== key));
}

function only(...keys: readonly string[]): Arrays {
  return Object.fromEntries(Object.entries(smallDataset()).filter(([name]) => keys.includes(name)));
}

describe('readImageArrays', () => {
  it('reads grey images', () => {
    const { form, classes, splits, notes } = readImageArrays(npzFile(smallDataset()));
    expect({ form, classes, notes }).toEqual({ form: { shape: [3, 4, 1], dtype: 'u1' }, classes: 2, notes: [] });
    expect(splits.val).toEqual({
      samples: 5,
      images: Uint8Array.from({ length: 60 }, (_, place) => (place * 7 + 50) % 256),
      labels: Int32Array.of(0, 1, 0, 1, 0),
    });
  });

  it('reads archives that are not compressed, as numpy.savez writes them, from a Buffer', () => {
    const entries = Object.entries(smallDataset()).map(([name, array]) => [`${name}.npy`, npyFile(array)] as const);
    const stored = Buffer.from(zipSync(Object.fromEntries(entries), { level: 0 }));
    expect(readImageArrays(stored)).toEqual(readImageArrays(npzFile(smallDataset())));
  });

  it.each([
    { image: [3, 4, 3], shape: [3, 4, 3] },
    { image: [3, 4, 1], shape: [3, 4, 1] },
    { image: [3, 4, 5], shape: [3, 4, 5, 1] },
  ])('reads images of $image as $shape', ({ image, shape }) => {
    const arrays = smallDataset();
    for (const [split, count] of [
      ['train', 10],
      ['val', 5],
      ['test', 6],
    ] as const) {
      arrays[`${split}_images`] = byteArray([count, ...image]);
    }
    expect(readImageArrays(npzFile(arrays)).form.shape).toEqual(shape);
  });

  it('reads labels of any integer-valued type, flat or as a column', () => {
    const arrays = {
      ...smallDataset(),
      val_labels: numberArray('<i8', [5], [0, 1, 0, 1, 1]),
      test_labels: numberArray('<f8', [6, 1], [1, 0, 0, 1, 1, 0]),
    };
    const { splits } = readImageArrays(npzFile(arrays));
    expect(splits.val.labels).toEqual(Int32Array.of(0, 1, 0, 1, 1));
    expect(splits.test.labels).toEqual(Int32Array.of(1, 0, 0, 1, 1, 0));
  });

  it('says how wider pixels are kept', () => {
    const floats = (count: number) =>
      numberArray(
        '<f8',
        [count, 1, 2],
        Array.from({ length: 2 * count }, (_, place) => place / 3),
      );
    const arrays = { ...smallDataset(), train_images: floats(10), val_images: floats(5), test_images: floats(6) };
    const { form, notes } = readImageArrays(npzFile(arrays));
    expect(form.dtype).toBe('f4');
    expect(notes).toEqual(['pixels of type f8 are kept as f4']);
  });

  describe('refuses what is no npz, with the size it has and what to do', () => {
    const whole = npzFile(smallDataset());
    const damaged = whole.slice();
    damaged[80] = (damaged[80] ?? 0) ^ 0xff;
    const cases = [
      { what: 'an empty file', file: new Uint8Array(0), message: 'the file is not a zip archive: the file is empty' },
      {
        what: 'text',
        file: new TextEncoder().encode('a,b,c\n'),
        message:
          'the file is not a zip archive: it has 6 bytes and begins with 61 2c 62 2c, an .npz file begins with 50 4b 03 04',
      },
      {
        what: 'a truncated file',
        file: whole.subarray(0, whole.length - 100),
        message: `the archive is truncated or damaged: it has ${whole.length - 100} bytes and it has no directory at its end`,
      },
      {
        what: 'a file cut to its first bytes',
        file: whole.subarray(0, 10),
        message: 'the archive is truncated or damaged: it has 10 bytes',
      },
    ];
    it.each(cases)('$what', ({ file, message }) => {
      const error = failureOf(file);
      expect(error.code).toBe('dataset_invalid');
      expect(error.message).toContain(message);
      expect(error.next).toBeDefined();
    });

    it('a damaged entry', () => {
      const error = failureOf(damaged);
      expect(error.problems).toHaveLength(1);
      expect(error.problems[0]?.message).toContain('entry "train_images.npy" is damaged');
    });
  });

  describe('refuses archives that unpack to more than they may', () => {
    it('an entry that claims more than deflate can give', () => {
      const file = zipSync({ 'train_images.npy': new Uint8Array(5_000_000) });
      const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
      const directory = view.getUint32(file.length - 6, true);
      view.setUint32(directory + 24, 3_000_000_000, true);
      expect(failureOf(file).message).toMatch(
        /entry "train_images.npy" claims 3000000000 bytes out of \d+; deflate allows at most 1032 to 1/,
      );
    });

    it('entries that together claim more than the limit', () => {
      const file = zipSync({ a: new Uint8Array(1), b: new Uint8Array(1) }, { level: 0 });
      const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
      const first = view.getUint32(file.length - 6, true);
      for (const offset of [first, first + 47]) view.setUint32(offset + 24, 4_000_000_000, true);
      expect(failureOf(file).message).toBe('the archive unpacks to 8000000000 bytes, at most 4294967296 are allowed');
    });

    it('an entry that holds more than it states', () => {
      const file = npzFile(smallDataset());
      const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
      const directory = view.getUint32(file.length - 6, true);
      view.setUint32(directory + 24, view.getUint32(directory + 24, true) - 8, true);
      expect(failureOf(file).problems[0]?.message).toContain('entry "train_images.npy" is damaged');
    });
  });

  const refused: { what: string; arrays: Arrays; classes?: readonly string[]; problems: string[] }[] = [
    {
      what: 'a missing array',
      arrays: without('val_labels'),
      problems: [
        'val_labels: array "val_labels" is missing; the file has: train_images, train_labels, val_images, test_images, test_labels. Save it under this name.',
      ],
    },
    {
      what: 'counts that differ',
      arrays: { ...smallDataset(), test_labels: byteArray([7, 1], (place) => place % 2) },
      problems: ['test_labels: test has 6 images but 7 labels; allowed: equal counts. Save one label for each image.'],
    },
    {
      what: 'object arrays',
      arrays: { ...smallDataset(), train_images: { descr: '|O', shape: [10], data: new Uint8Array(80) } },
      problems: [
        'train_images: it holds Python objects (dtype object), which are never loaded because that would run code; allowed: b1, u1, i1, u2, i2, i4, i8, f4, f8. Convert it with numpy.stack or .astype to a number array before saving.',
      ],
    },
    {
      what: 'wrong dimensions',
      arrays: { ...smallDataset(), val_images: byteArray([5, 12]) },
      problems: [
        'val_images: it has shape (5, 12); allowed: N×H×W (grey), N×H×W×3 (colour) or N×D×H×W (volumes), none of them 0. Reshape it before saving.',
      ],
    },
    {
      what: 'an empty split',
      arrays: { ...smallDataset(), val_images: byteArray([0, 3, 4]), val_labels: byteArray([0, 1]) },
      problems: [
        'val_images: it has shape (0, 3, 4); allowed: N×H×W (grey), N×H×W×3 (colour) or N×D×H×W (volumes), none of them 0. Reshape it before saving.',
        'val_labels: it has shape (0, 1); allowed: N or N×1, with N at least 1. Save one class index for each image.',
      ],
    },
    {
      what: 'splits of different sizes and types',
      arrays: {
        ...smallDataset(),
        val_images: byteArray([5, 4, 4]),
        test_images: numberArray('<i2', [6, 3, 4], Array<number>(72).fill(1)),
      },
      problems: [
        'val_images: its images have shape (4, 4, 1), those of train (3, 4, 1); allowed: one shape. Resample all splits to one shape.',
        'test_images: its element type is i2, that of train u1; allowed: one type. Convert all splits to one type with .astype.',
      ],
    },
    {
      what: 'pixels that are not finite',
      arrays: { ...smallDataset(), val_images: numberArray('<f4', [1, 1, 2], [0, NaN]), val_labels: byteArray([1]) },
      problems: [
        'val_images: element 1 is NaN; allowed: finite float32 numbers. Replace such values before saving.',
        'val_images: its images have shape (1, 2, 1), those of train (3, 4, 1); allowed: one shape. Resample all splits to one shape.',
        'val_images: its element type is f4, that of train u1; allowed: one type. Convert all splits to one type with .astype.',
      ],
    },
    {
      what: 'a label that the training split does not have',
      arrays: { ...smallDataset(), test_labels: byteArray([6], (place) => place) },
      problems: [
        'test_labels: label 2 at 2 is out of range; allowed: 0 to 1, the classes of the training split. Correct the label, or give the classes their names.',
      ],
    },
    {
      what: 'a label beyond the named classes',
      arrays: { ...smallDataset(), train_labels: byteArray([10], (place) => place % 3) },
      classes: ['normal', 'pneumonia'],
      problems: [
        'train_labels: label 2 at 2 is out of range; allowed: 0 to 1, the classes of the training split. Correct the label, or give the classes their names.',
      ],
    },
    {
      what: 'negative and fractional labels',
      arrays: {
        ...smallDataset(),
        val_labels: numberArray('<i2', [5], [0, 1, -1, 0, -2]),
        test_labels: numberArray('<f4', [6], [0, 0.5, 1, 0, 1, 0]),
      },
      problems: [
        'val_labels: 2 of 5 labels are not class indices, the first is -1 at 2; allowed: integers from 0 to 999. Number the classes from 0.',
        'test_labels: 1 of 6 labels are not class indices, the first is 0.5 at 1; allowed: integers from 0 to 999. Number the classes from 0.',
      ],
    },
    {
      what: 'labels of several columns',
      arrays: { ...smallDataset(), train_labels: byteArray([10, 14]) },
      problems: [
        'train_labels: it has shape (10, 14); allowed: N or N×1, with N at least 1. Save one class index for each image.',
      ],
    },
    {
      what: 'classes without a sample',
      arrays: { ...smallDataset(), train_labels: byteArray([10], (place) => (place % 2) * 4) },
      problems: [
        'train_labels: 3 of 5 classes have no training sample: 1, 2, 3. Number the classes from 0 without gaps.',
      ],
    },
    {
      what: 'a single class',
      arrays: {
        ...smallDataset(),
        train_labels: byteArray([10]),
        val_labels: byteArray([5]),
        test_labels: byteArray([6]),
      },
      problems: ['train_labels: all labels are 0; allowed: at least 2 classes. Give samples of each class.'],
    },
  ];

  it.each(refused)('refuses $what', ({ arrays, classes, problems }) => {
    const error = failureOf(npzFile(arrays), classes);
    expect(error.code).toBe('dataset_invalid');
    expect(error.problems.map(({ field, message }) => `${field}: ${message}`)).toEqual(problems);
    expect(error.message).toBe(`the npz file has ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`);
    expect(error.next).toBe('Mend the file as each problem says, then import it again.');
  });

  it('names all problems of a file at once', () => {
    const error = failureOf(npzFile({ ...only('train_images', 'test_images'), test_labels: byteArray([3, 2]) }));
    expect(error.problems.map(({ field }) => field)).toEqual([
      'train_labels',
      'val_images',
      'val_labels',
      'test_labels',
      'test_labels',
    ]);
  });
});

describe('readImages', () => {
  it('reads the images of one split, whatever else the file has', () => {
    expect(readImages(npzFile(only('test_images')), 'test')).toMatchObject({
      form: { shape: [3, 4, 1], dtype: 'u1' },
      samples: 6,
    });
  });

  it('names the array that is missing', () => {
    expect(() => readImages(npzFile(only('test_images')), 'val')).toThrow(
      expect.objectContaining({
        problems: [
          {
            field: 'val_images',
            message: 'array "val_images" is missing; the file has: test_images. Save it under this name.',
          },
        ],
      }),
    );
  });
});
