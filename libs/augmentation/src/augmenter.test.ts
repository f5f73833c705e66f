import { type AugmentationOptions } from '@collimator/job';
import { deriveSeed } from '@collimator/random';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAugmenter } from './augmenter.ts';
import { drawVariation } from './draw.ts';

const off: AugmentationOptions = {
  shiftPixels: 0,
  rotationDegrees: 0,
  flipHorizontal: false,
  flipVertical: false,
  brightness: 0,
  contrast: 0,
  noise: 0,
};
const all: AugmentationOptions = {
  shiftPixels: 2,
  rotationDegrees: 15,
  flipHorizontal: true,
  flipVertical: true,
  brightness: 0.1,
  contrast: 0.2,
  noise: 0.05,
};
const shape = [5, 4, 2];
const image = Float32Array.from({ length: 40 }, (_, place) => place / 40);

describe('createAugmenter', () => {
  it('changes nothing when everything is off', () => {
    expect(createAugmenter(off, 7, shape)({ image }, 3, 1)).toEqual({ image });
  });

  it('gives the same bits for the same seed, epoch and sample, and leaves its input alone', () => {
    const before = image.slice();
    fc.assert(
      fc.property(fc.nat(), fc.nat(1000), fc.nat(100_000), (seed, epoch, sample) => {
        const once = createAugmenter(all, seed, shape)({ image }, epoch, sample);
        const again = createAugmenter(all, seed, shape);
        again({ image }, epoch + 1, sample);
        expect(again({ image }, epoch, sample)).toEqual(once);
      }),
      { numRuns: 30 },
    );
    expect(image).toEqual(before);
  });

  it('varies with the seed, the epoch and the sample', () => {
    const results = [
      createAugmenter(all, 1, shape)({ image }, 0, 0),
      createAugmenter(all, 2, shape)({ image }, 0, 0),
      createAugmenter(all, 1, shape)({ image }, 1, 0),
      createAugmenter(all, 1, shape)({ image }, 0, 1),
    ];
    expect(new Set(results.map(({ image: varied }) => varied.join())).size).toBe(results.length);
  });

  it('has pinned bits', () => {
    const { image: varied } = createAugmenter(all, 7, shape)({ image }, 1, 2);
    expect(Array.from(varied.subarray(0, 6))).toMatchInlineSnapshot(`
      [
        0.08050675690174103,
        0.04764149710536003,
        0.10723003000020981,
        0.15257440507411957,
        0.0665040910243988,
        0.10444026440382004,
      ]
    `);
  });

  it('moves image and mask alike', () => {
    const options = { ...off, shiftPixels: 2, flipHorizontal: true, flipVertical: true };
    const mask = Int32Array.from({ length: 20 }, (_, place) => place + 1);
    const augment = createAugmenter(options, 3, [5, 4, 1]);
    for (let sample = 0; sample < 50; sample += 1) {
      const moved = augment({ image: Float32Array.from(mask), mask }, 0, sample);
      expect(Array.from(moved.image)).toEqual(Array.from(moved.mask ?? []));
    }
  });

  it.each([
    { name: 'flipHorizontal', expected: [2, 1, 4, 3] },
    { name: 'flipVertical', expected: [3, 4, 1, 2] },
  ] as const)('$name mirrors about half of the samples', ({ name, expected }) => {
    const source = Float32Array.of(1, 2, 3, 4);
    const augment = createAugmenter({ ...off, [name]: true }, 5, [2, 2, 1]);
    const results = Array.from({ length: 400 }, (_, sample) => augment({ image: source }, 0, sample).image.join());
    const mirrored = results.filter((result) => result === expected.join()).length;
    expect(results.filter((result) => result === source.join())).toHaveLength(400 - mirrored);
    expect(mirrored).toBeGreaterThan(150);
    expect(mirrored).toBeLessThan(250);
  });

  it('shifts by whole pixels, all of them equally often, filling with 0', () => {
    const source = Float32Array.of(0, 0, 1, 0, 0);
    const augment = createAugmenter({ ...off, shiftPixels: 1 }, 5, [1, 5, 1]);
    const counts = new Map<string, number>();
    for (let sample = 0; sample < 900; sample += 1) {
      const result = augment({ image: source }, 0, sample).image.join();
      counts.set(result, (counts.get(result) ?? 0) + 1);
    }
    const horizontal = ['0,1,0,0,0', '0,0,1,0,0', '0,0,0,1,0'];
    expect(new Set(counts.keys())).toEqual(new Set([...horizontal, '0,0,0,0,0']));
    for (const result of horizontal) expect(counts.get(result)).toBeGreaterThan(60);
  });

  it('turns all slices of a volume alike', () => {
    const slice = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    const augment = createAugmenter({ ...off, rotationDegrees: 30 }, 5, [2, 3, 3, 1]);
    const { image: turned } = augment({ image: Float32Array.from([...slice, ...slice]) }, 0, 0);
    expect(turned.subarray(0, 9)).toEqual(turned.subarray(9));
    expect(turned[4]).toBeCloseTo(5, 6);
    expect(turned[0]).not.toBeCloseTo(1, 2);
  });

  it('keeps brightness, contrast and noise within what was asked', () => {
    const source = new Float32Array(1000).fill(0.7);
    const noisy = createAugmenter({ ...off, noise: 0.1 }, 5, [10, 100, 1])({ image: source }, 0, 0).image;
    const mean = noisy.reduce((sum, value) => sum + value, 0) / noisy.length;
    const deviation = Math.sqrt(noisy.reduce((sum, value) => sum + (value - mean) ** 2, 0) / noisy.length);
    expect(mean).toBeCloseTo(0.7, 1);
    expect(deviation).toBeCloseTo(0.1, 1);
    const changed = createAugmenter({ ...off, brightness: 0.1, contrast: 0.2 }, 5, [10, 100, 1]);
    for (let sample = 0; sample < 100; sample += 1) {
      const [value] = changed({ image: source }, 0, sample).image;
      expect(value).toBeGreaterThan(0.7 - 0.14 - 1e-6);
      expect(value).toBeLessThan(0.7 + 0.14 + 1e-6);
    }
  });
});

describe('drawVariation', () => {
  it('draws the same values for an option whatever else is on', () => {
    const seed = deriveSeed(7, 'augmentation');
    const whole = drawVariation(all, seed, 2, 9).variation;
    expect(drawVariation({ ...off, contrast: all.contrast }, seed, 2, 9).variation.contrast).toBe(whole.contrast);
    expect(drawVariation({ ...off, rotationDegrees: 15 }, seed, 2, 9).variation.rotationDegrees).toBe(
      whole.rotationDegrees,
    );
  });
});
