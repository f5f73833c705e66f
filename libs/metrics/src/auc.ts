import { defineMetric, type Statistic } from './metric.ts';
import { type ClassificationOutcome } from './outcome.ts';

/**
 * Area under the ROC curve: the chance that a sample of the class scores above one that is not of it, ties counting half
 * (Mann–Whitney U; Hanley and McNeil, Radiology 143 (1982)). Two classes: the score is the probability of class 1.
 * More: the unweighted mean over classes, each against the rest. Undefined where a class has no sample.
 */
export const auc = defineMetric({
  name: 'auc',
  direction: 'higher',
  needs: 'classification',
  prepare(outcome) {
    if (outcome.classes === 2) return oneAgainstRest(outcome, 1);
    const areas = Array.from({ length: outcome.classes }, (_, chosen) => oneAgainstRest(outcome, chosen));
    return (multiplicities) => {
      let sum = 0;
      for (const area of areas) {
        const value = area(multiplicities);
        if (value === undefined) return undefined;
        sum += value;
      }
      return sum / areas.length;
    };
  },
});

/** Sorts once, O(n log n); each evaluation is one pass. All counts are integers, so only the last division rounds. */
function oneAgainstRest(outcome: ClassificationOutcome, chosen: number): Statistic {
  const { order, startsTie } = ascending(outcome, chosen);
  return (multiplicities) => {
    let positives = 0;
    let negatives = 0;
    let tiedPositives = 0;
    let tiedNegatives = 0;
    let doubledWins = 0;
    for (let place = 0; place < order.length; place++) {
      if (startsTie[place] === 1) {
        doubledWins += tiedPositives * (2 * negatives + tiedNegatives);
        positives += tiedPositives;
        negatives += tiedNegatives;
        tiedPositives = 0;
        tiedNegatives = 0;
      }
      const sample = order[place];
      if (outcome.labels[sample] === chosen) tiedPositives += multiplicities[sample];
      else tiedNegatives += multiplicities[sample];
    }
    doubledWins += tiedPositives * (2 * negatives + tiedNegatives);
    const pairs = (positives + tiedPositives) * (negatives + tiedNegatives);
    return pairs === 0 ? undefined : doubledWins / (2 * pairs);
  };
}

/** Samples by rising score of a class; `startsTie` marks where the score is above the one before. */
function ascending({ count, classes, probabilities }: ClassificationOutcome, chosen: number) {
  const score = (sample: number): number => probabilities[sample * classes + chosen];
  const order = Uint32Array.from({ length: count }, (_, sample) => sample);
  order.sort((left, right) => score(left) - score(right));
  const startsTie = Uint8Array.from(order, (sample, place) =>
    place > 0 && score(sample) > score(order[place - 1]) ? 1 : 0,
  );
  return { order, startsTie };
}
