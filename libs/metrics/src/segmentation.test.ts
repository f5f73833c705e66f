import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { computeMetric } from './metric.ts';
import { dice, iou, overlapsOf } from './segmentation.ts';

function outcomeOf(masks: readonly (readonly [predicted: number[], actual: number[]])[], foregroundClasses = 1) {
  const rows = masks.flatMap(([predicted, actual]) => [...overlapsOf(predicted, actual, foregroundClasses)]);
  return { task: 'segmentation', count: masks.length, foregroundClasses, overlaps: Float32Array.from(rows) } as const;
}

describe('overlap metrics', () => {
  test.each([
    ['equal masks', [1, 1, 0], [1, 1, 0], 1, 1],
    ['half of the structure', [1, 0, 0], [1, 1, 0], 2 / 3, 1 / 2],
    ['masks apart', [1, 0, 0], [0, 0, 1], 0, 0],
    ['a missed structure', [0, 0, 0], [0, 0, 1], 0, 0],
    ['an invented structure', [0, 1, 0], [0, 0, 0], 0, 0],
    ['nothing to find and nothing found', [0, 0, 0], [0, 0, 0], 1, 1],
  ])('of %s', (_, predicted, actual, expectedDice, expectedIou) => {
    const outcome = outcomeOf([[predicted, actual]]);
    expect(computeMetric(dice, outcome)).toBeCloseTo(expectedDice, 12);
    expect(computeMetric(iou, outcome)).toBeCloseTo(expectedIou, 12);
  });

  test('average over classes, then over samples', () => {
    const outcome = outcomeOf(
      [
        [
          [1, 2, 0],
          [1, 0, 2],
        ],
        [
          [1, 2, 0],
          [1, 2, 0],
        ],
      ],
      2,
    );
    expect(computeMetric(dice, outcome)).toBe((0.5 + 1) / 2);
  });

  test('a further missed structure never improves the score', () => {
    const mask = fc.array(fc.nat({ max: 1 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(mask, mask), { minLength: 1, maxLength: 8 }), (masks) => {
        const missed: readonly [number[], number[]] = [
          [0, 0, 0, 0],
          [1, 1, 0, 0],
        ];
        const before = computeMetric(dice, outcomeOf(masks)) ?? Number.NaN;
        expect(computeMetric(dice, outcomeOf([...masks, missed]))).toBeLessThanOrEqual(before);
      }),
    );
  });

  test('iou = dice / (2 − dice) for one class and one sample', () => {
    const pixels = fc.array(fc.tuple(fc.nat({ max: 1 }), fc.nat({ max: 1 })), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(pixels, (pairs) => {
        const outcome = outcomeOf([[pairs.map(([said]) => said), pairs.map(([, is]) => is)]]);
        const overlap = computeMetric(dice, outcome) ?? Number.NaN;
        expect(computeMetric(iou, outcome)).toBeCloseTo(overlap / (2 - overlap), 12);
      }),
    );
  });
});
