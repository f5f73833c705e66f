import { defineMetric, meanOfSamples, type Statistic } from './metric.ts';
import { type RegressionOutcome } from './outcome.ts';

/** Mean absolute error, over a sample's values and then over samples. */
export const mae = defineMetric({
  name: 'mae',
  direction: 'lower',
  needs: 'regression',
  prepare: (outcome) => meanOfErrors(outcome, Math.abs),
});

/** Mean squared error, over a sample's values and then over samples. */
export const mse = defineMetric({
  name: 'mse',
  direction: 'lower',
  needs: 'regression',
  prepare: (outcome) => meanOfErrors(outcome, (error) => error * error),
});

/** Root of the mean squared error. */
export const rmse = defineMetric({
  name: 'rmse',
  direction: 'lower',
  needs: 'regression',
  prepare(outcome) {
    const squared = meanOfErrors(outcome, (error) => error * error);
    return (multiplicities) => {
      const mean = squared(multiplicities);
      return mean === undefined ? undefined : Math.sqrt(mean);
    };
  },
});

function meanOfErrors(outcome: RegressionOutcome, cost: (error: number) => number): Statistic {
  const { count, width, predictions, targets } = outcome;
  return meanOfSamples(
    Float64Array.from({ length: count }, (_, sample) => {
      let sum = 0;
      for (let at = sample * width; at < (sample + 1) * width; at++) sum += cost(predictions[at] - targets[at]);
      return sum / width;
    }),
  );
}
