import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { auc } from './auc.ts';
import { computeMetric, type Multiplicities } from './metric.ts';
import { type ClassificationOutcome } from './outcome.ts';

/** Scores from few values, so that ties are common; rows are not normalised, which the area does not ask for. */
function outcomes(classes: number): fc.Arbitrary<ClassificationOutcome> {
  const sample = fc.record({
    label: fc.nat({ max: classes - 1 }),
    scores: fc.array(fc.constantFrom(0, 0.25, 0.5, 0.75, 1), { minLength: classes, maxLength: classes }),
  });
  return fc.array(sample, { minLength: 1, maxLength: 30 }).map((samples) => ({
    task: 'classification',
    count: samples.length,
    classes,
    probabilities: Float32Array.from(samples.flatMap(({ scores }) => scores)),
    labels: Int32Array.from(samples, ({ label }) => label),
  }));
}

/** The definition, pair by pair. */
function areaByPairs(outcome: ClassificationOutcome, chosen: number, multiplicities: Multiplicities): number {
  let wins = 0;
  let pairs = 0;
  for (let positive = 0; positive < outcome.count; positive++) {
    for (let negative = 0; negative < outcome.count; negative++) {
      if (outcome.labels[positive] !== chosen || outcome.labels[negative] === chosen) continue;
      const weight = multiplicities[positive] * multiplicities[negative];
      const [high, low] = [positive, negative].map(
        (sample) => outcome.probabilities[sample * outcome.classes + chosen],
      );
      wins += high > low ? weight : high === low ? weight / 2 : 0;
      pairs += weight;
    }
  }
  return wins / pairs;
}

function binary(scores: number[], labels: number[]): ClassificationOutcome {
  return {
    task: 'classification',
    count: labels.length,
    classes: 2,
    probabilities: Float32Array.from(scores.flatMap((score) => [1 - score, score])),
    labels: Int32Array.from(labels),
  };
}

describe('auc', () => {
  test.each([
    [[0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1], 0.75],
    [[0.1, 0.2, 0.3, 0.4], [0, 0, 1, 1], 1],
    [[0.4, 0.3, 0.2, 0.1], [0, 0, 1, 1], 0],
    [[0.5, 0.5, 0.5, 0.5], [0, 1, 0, 1], 0.5],
  ])('of the scores %j with the labels %j is %d', (scores, labels, expected) => {
    expect(computeMetric(auc, binary(scores, labels))).toBe(expected);
  });

  test('is undefined where a class has no sample', () => {
    expect(computeMetric(auc, binary([0.1, 0.2], [1, 1]))).toBeUndefined();
  });

  test.each([2, 3, 4])('of %d classes is the mean of pairwise wins, for any multiplicities', (classes) => {
    const drawn = outcomes(classes).chain((outcome) =>
      fc.tuple(
        fc.constant(outcome),
        fc.array(fc.nat({ max: 3 }), { minLength: outcome.count, maxLength: outcome.count }),
      ),
    );
    fc.assert(
      fc.property(drawn, ([outcome, counts]) => {
        const multiplicities = Uint32Array.from(counts);
        const chosen = classes === 2 ? [1] : Array.from({ length: classes }, (_, index) => index);
        const areas = chosen.map((index) => areaByPairs(outcome, index, multiplicities));
        const expected = areas.reduce((sum, area) => sum + area, 0) / areas.length;
        const actual = auc.prepare(outcome)(multiplicities);
        if (Number.isNaN(expected)) expect(actual).toBeUndefined();
        else expect(actual).toBeCloseTo(expected, 12);
      }),
    );
  });
});
