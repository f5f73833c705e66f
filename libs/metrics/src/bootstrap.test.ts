import { performance } from 'node:perf_hooks';
import { deriveSeed, RandomStream } from '@collimator/random';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { auc } from './auc.ts';
import { bootstrapIntervals } from './bootstrap.ts';
import { accuracy } from './classification.ts';
import { meanOfSamples } from './metric.ts';
import { type ClassificationOutcome, type RegressionOutcome } from './outcome.ts';
import { resamplingUnits } from './resampling-units.ts';

function drawnOutcome(count: number, seed: number): ClassificationOutcome {
  const stream = new RandomStream(deriveSeed(seed, 'test'));
  const labels = Int32Array.from({ length: count }, () => (stream.uniform() < 0.6 ? 1 : 0));
  const scores = Array.from(labels, (label) => 1 / (1 + Math.exp(-(1.5 * label - 0.75 + stream.normal()))));
  const probabilities = Float32Array.from(scores.flatMap((score) => [1 - score, score]));
  return { task: 'classification', count, classes: 2, probabilities, labels };
}

const regression = (count: number): RegressionOutcome => ({
  task: 'regression',
  count,
  width: 1,
  predictions: new Float32Array(count),
  targets: new Float32Array(count),
});

/** The same intervals from copied samples, statistic by statistic: no multiplicities, no sharing. */
function naiveInterval(outcome: ClassificationOutcome, seed: number, resamples: number): [number, number] {
  const strata = [0, 1]
    .map((label) => [...outcome.labels.keys()].filter((sample) => outcome.labels[sample] === label))
    .filter((stratum) => stratum.length > 0)
    .sort(([left], [right]) => left - right);
  const values = Array.from({ length: resamples }, (_, resample) => {
    const stream = new RandomStream(deriveSeed(seed, 'bootstrap'), [resample]);
    const drawn = strata.flatMap((stratum) => stratum.map(() => stratum[stream.integer(stratum.length)]));
    const right = drawn.filter((sample) => {
      const said = outcome.probabilities[2 * sample + 1] > outcome.probabilities[2 * sample] ? 1 : 0;
      return said === outcome.labels[sample];
    });
    return right.length / drawn.length;
  }).sort((left, right) => left - right);
  const quantile = (probability: number): number => {
    const place = (resamples - 1) * probability;
    const below = Math.floor(place);
    return values[below] + (place - below) * ((values[below + 1] ?? values[below]) - values[below]);
  };
  return [quantile(0.025), quantile(1 - 0.025)];
}

describe('bootstrapIntervals', () => {
  test('agree with a naive twin', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.nat({ max: 1000 }), (count, seed) => {
        const outcome = drawnOutcome(count, seed);
        const units = resamplingUnits(outcome);
        const [interval] = bootstrapIntervals([accuracy.prepare(outcome)], units, { seed, resamples: 100 });
        const [low, high] = naiveInterval(outcome, seed, 100);
        expect(interval.low).toBeCloseTo(low, 12);
        expect(interval.high).toBeCloseTo(high, 12);
      }),
    );
  });

  test('are the same for the same seed and unlike for another', () => {
    const outcome = drawnOutcome(100, 1);
    const run = (seed: number) => bootstrapIntervals([auc.prepare(outcome)], resamplingUnits(outcome), { seed });
    expect(run(7)).toEqual(run(7));
    expect(run(7)).not.toEqual(run(8));
  });

  test('of a mean have the width that theory gives', () => {
    const stream = new RandomStream(deriveSeed(3, 'test'));
    const values = Float64Array.from({ length: 500 }, () => stream.normal());
    const [{ low, high }] = bootstrapIntervals([meanOfSamples(values)], resamplingUnits(regression(500)), { seed: 7 });
    expect((high ?? 0) - (low ?? 0)).toBeCloseTo((2 * 1.96) / Math.sqrt(500), 1);
  });

  test('cover the truth in about 95 of 100 samples', () => {
    const covered = Array.from({ length: 200 }, (_, trial) => {
      const stream = new RandomStream(deriveSeed(trial, 'test'));
      const values = Float64Array.from({ length: 60 }, () => stream.normal());
      const units = resamplingUnits(regression(60));
      const [{ low, high }] = bootstrapIntervals([meanOfSamples(values)], units, { seed: trial, resamples: 300 });
      return (low ?? 1) <= 0 && (high ?? -1) >= 0;
    }).filter(Boolean).length;
    expect(covered).toBeGreaterThan(175);
    expect(covered).toBeLessThan(199);
  });

  test('by patient are wider where a patient has many like samples', () => {
    const outcome = { ...regression(300) };
    const patients = Array.from({ length: 300 }, (_, sample) => `patient-${Math.floor(sample / 10)}`);
    const stream = new RandomStream(deriveSeed(5, 'test'));
    const ofPatient = Array.from({ length: 30 }, () => stream.normal());
    const statistic = meanOfSamples(
      Float64Array.from({ length: 300 }, (_, sample) => ofPatient[Math.floor(sample / 10)]),
    );
    const width = (units: ReturnType<typeof resamplingUnits>) => {
      const [{ low, high }] = bootstrapIntervals([statistic], units, { seed: 7 });
      return (high ?? 0) - (low ?? 0);
    };
    expect(width(resamplingUnits(outcome, patients))).toBeGreaterThan(2.5 * width(resamplingUnits(outcome)));
  });

  test('do not exist where a metric has no meaning', () => {
    const units = resamplingUnits(regression(3));
    expect(bootstrapIntervals([() => undefined], units, { seed: 1, resamples: 10 })).toEqual([
      { value: null, low: null, high: null },
    ]);
  });

  test('do not exist where some resample has no meaning, rather than dropping it', () => {
    const units = resamplingUnits(regression(3));
    const onlyIfFirst = (multiplicities: Uint32Array) => (multiplicities[0] === 0 ? undefined : 1);
    expect(bootstrapIntervals([onlyIfFirst], units, { seed: 1, resamples: 50 })).toEqual([
      { value: 1, low: null, high: null },
    ]);
  });

  test('of 624 samples and 2,000 resamples take far less than the 10 s that would be felt', () => {
    const outcome = drawnOutcome(624, 2);
    const before = performance.now();
    bootstrapIntervals([auc.prepare(outcome), accuracy.prepare(outcome)], resamplingUnits(outcome), { seed: 7 });
    expect(performance.now() - before).toBeLessThan(10_000);
  });
});

describe('resamplingUnits', () => {
  test('draw within strata of classes, so that each resample has every class', () => {
    const outcome = { ...drawnOutcome(4, 1), labels: new Int32Array([1, 0, 0, 0]) };
    const areas = [auc.prepare(outcome)];
    expect(resamplingUnits(outcome).strata).toEqual([[0], [1, 2, 3]]);
    expect(bootstrapIntervals(areas, resamplingUnits(outcome), { seed: 1, resamples: 200 })[0].low).not.toBeNull();
  });

  test('group samples by patient, and patients by their classes', () => {
    const outcome = { ...drawnOutcome(5, 1), labels: new Int32Array([0, 1, 0, 1, 1]) };
    expect(resamplingUnits(outcome, ['b', 'b', 'a', 'c', 'c'])).toEqual({
      sampleCount: 5,
      unit: 'patient',
      samplesOf: [[0, 1], [2], [3, 4]],
      strata: [[0], [1], [2]],
    });
  });

  test('refuse another number of patients than of samples', () => {
    expect(() => resamplingUnits(regression(3), ['a'])).toThrow('there are patients for 1 samples, the split has 3');
  });
});
