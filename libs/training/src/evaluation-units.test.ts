import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluationUnits } from './index.ts';
import { evaluationUnitSizes } from './evaluation-units.ts';

describe('evaluationUnits', () => {
  test('cuts 150 samples into units of 64 and a rest, dealt round the lanes', () => {
    expect(evaluationUnits(150, 2)).toEqual([
      { unit: 0, lane: 0, first: 0, size: 64, graph: 'evaluate/64' },
      { unit: 1, lane: 1, first: 64, size: 64, graph: 'evaluate/64' },
      { unit: 2, lane: 0, first: 128, size: 22, graph: 'evaluate/22' },
    ]);
  });

  test('covers every sample once, and lanes change nothing but the lane', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1000 }), fc.integer({ min: 1, max: 16 }), (samples, lanes) => {
        const units = evaluationUnits(samples, lanes);
        const covered = units.flatMap(({ first, size }) => Array.from({ length: size }, (_, index) => first + index));
        expect(covered).toEqual(Array.from({ length: samples }, (_, index) => index));
        expect(units.map((unit) => ({ ...unit, lane: 0 }))).toEqual(evaluationUnits(samples, 1));
      }),
    );
  });

  test('the sizes of several splits are listed once', () => {
    expect(evaluationUnitSizes([524, 624, 64, 0])).toEqual([64, 48, 12]);
  });
});
