import { defineMetric, meanOfSamples } from './metric.ts';
import { type ClassificationOutcome } from './outcome.ts';

/** A probability of exactly zero costs as much as this one, as in scikit-learn for 32-bit floats. */
const leastProbability = 2 ** -23;

/** The most probable class of a sample; the first among equals. */
export function predictedClass({ classes, probabilities }: ClassificationOutcome, sample: number): number {
  let best = 0;
  for (let candidate = 1; candidate < classes; candidate++) {
    if (probabilities[sample * classes + candidate] > probabilities[sample * classes + best]) best = candidate;
  }
  return best;
}

/** Share of samples whose most probable class is the true one. */
export const accuracy = defineMetric({
  name: 'accuracy',
  direction: 'higher',
  needs: 'classification',
  prepare: (outcome) =>
    meanOfSamples(perSample(outcome, (sample) => (predictedClass(outcome, sample) === outcome.labels[sample] ? 1 : 0))),
});

/** Mean of −ln of the true class's probability, which is taken as at least 2⁻²³. */
export const logLoss = defineMetric({
  name: 'logLoss',
  direction: 'lower',
  needs: 'classification',
  prepare: (outcome) =>
    meanOfSamples(
      perSample(outcome, (sample) => {
        const probability = outcome.probabilities[sample * outcome.classes + outcome.labels[sample]];
        return -Math.log(Math.max(probability, leastProbability));
      }),
    ),
});

/**
 * Brier score: mean over samples of the squared distance between probabilities and truth, summed over classes (Brier,
 * Monthly Weather Review 78 (1950)); for two classes twice the squared error of one probability, so from 0 to 2.
 */
export const brier = defineMetric({
  name: 'brier',
  direction: 'lower',
  needs: 'classification',
  prepare: (outcome) => meanOfSamples(perSample(outcome, (sample) => squaredDistance(outcome, sample))),
});

/** Counts of samples by true class (row) and predicted class (column). */
export function confusionMatrix(outcome: ClassificationOutcome): number[][] {
  const { classes, count, labels } = outcome;
  const counts = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0));
  for (let sample = 0; sample < count; sample++) counts[labels[sample]][predictedClass(outcome, sample)] += 1;
  return counts;
}

function squaredDistance({ classes, probabilities, labels }: ClassificationOutcome, sample: number): number {
  let sum = 0;
  for (let candidate = 0; candidate < classes; candidate++) {
    const truth = candidate === labels[sample] ? 1 : 0;
    sum += (probabilities[sample * classes + candidate] - truth) ** 2;
  }
  return sum;
}

function perSample({ count }: ClassificationOutcome, value: (sample: number) => number): Float64Array {
  return Float64Array.from({ length: count }, (_, sample) => value(sample));
}
