import { engineForTests } from '@collimator/engine-tensorflow/testing';
import { type Tensor4D, conv2d, conv2dTranspose, randomNormal } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { type Padding, convolution, transposedConvolution } from './convolution.ts';

await engineForTests();

const randomImages = (): Tensor4D => randomNormal([2, 8, 8, 3], 0, 1, 'float32', 1);

/** The convolution by its definition, with `before` zeros above and to the left. */
function naiveConvolution(images: Tensor4D, kernel: Tensor4D, stride: number, before: number, size: number): number[] {
  const [pixels, weights] = [images.arraySync(), kernel.arraySync()];
  const [kernelSize, , channels, filters] = kernel.shape;
  const inside = (place: number) => place >= 0 && place < 8;
  const valueAt = (sample: number, y: number, x: number, channel: number) =>
    inside(y) && inside(x) ? pixels[sample][y][x][channel] : 0;
  const sumAt = (sample: number, y: number, x: number, filter: number) => {
    let sum = 0;
    for (let ky = 0; ky < kernelSize; ky++) {
      for (let kx = 0; kx < kernelSize; kx++) {
        for (let channel = 0; channel < channels; channel++) {
          const value = valueAt(sample, y * stride + ky - before, x * stride + kx - before, channel);
          sum += value * weights[ky][kx][channel][filter];
        }
      }
    }
    return sum;
  };
  const range = (length: number) => Array.from({ length }, (_, index) => index);
  return [0, 1].flatMap((sample) =>
    range(size).flatMap((y) => range(size).flatMap((x) => range(filters).map((filter) => sumAt(sample, y, x, filter)))),
  );
}

const cases: readonly (readonly [Padding, kernelSize: number, stride: number, before: number, size: number])[] = [
  ['same', 3, 1, 1, 8],
  ['same', 3, 2, 0, 4],
  ['valid', 3, 1, 0, 6],
  [1, 3, 1, 1, 8],
  [1, 3, 2, 1, 4],
  [0, 1, 2, 0, 4],
  [3, 5, 2, 3, 5],
];

describe('convolution', () => {
  test.each(cases)('padding %s, kernel %d, stride %d is as defined', (padding, kernelSize, stride, before, size) => {
    const images = randomImages();
    const kernel: Tensor4D = randomNormal([kernelSize, kernelSize, 3, 2], 0, 1, 'float32', 2);
    const result = convolution(images, kernel, { stride, padding });
    expect(result.shape).toEqual([2, size, size, 2]);
    const expected = naiveConvolution(images, kernel, stride, before, size);
    result.dataSync().forEach((value, index) => {
      expect(value).toBeCloseTo(expected[index], 4);
    });
  });

  test('has the values of tfjs', () => {
    const images = randomImages();
    const kernel: Tensor4D = randomNormal([3, 3, 3, 4], 0, 1, 'float32', 2);
    expect(convolution(images, kernel, { stride: 1, padding: 'same' }).dataSync()).toEqual(
      conv2d(images, kernel, 1, 'same').dataSync(),
    );
    const upKernel: Tensor4D = randomNormal([2, 2, 4, 3], 0, 1, 'float32', 3);
    expect(transposedConvolution(images, upKernel, 2).dataSync()).toEqual(
      conv2dTranspose(images, upKernel, [2, 16, 16, 4], 2, 'same').dataSync(),
    );
  });
});
