import { CollimatorError } from '@collimator/errors';
import { checkOutcome, type Outcome } from './outcome.ts';

/** How often each sample counts: all ones for the data as they are, other counts for a bootstrap resample. */
export type Multiplicities = Uint32Array;

/** A metric of one outcome as a function of the samples' multiplicities; undefined where it has no meaning. */
export type Statistic = (multiplicities: Multiplicities) => number | undefined;

/** A number that says how good predictions are. Anyone may add one; `metrics` holds ours. */
export interface Metric {
  /** As in the job file. */
  readonly name: string;
  /** Which values are better; it decides the selection of weights. */
  readonly direction: 'higher' | 'lower';
  /** The kind of outcome that it is computed from. */
  readonly needs: Outcome['task'];
  /**
   * Does once what does not depend on the multiplicities, such as sorting, and returns the statistic.
   * @throws CollimatorError `usage` for another kind of outcome, and those of `checkOutcome`
   */
  prepare(outcome: Outcome): Statistic;
}

type OutcomeOf<T extends Outcome['task']> = Extract<Outcome, { readonly task: T }>;

/** Defines a metric from a function of the one kind of outcome that it needs. */
export function defineMetric<T extends Outcome['task']>(definition: {
  readonly name: string;
  readonly direction: Metric['direction'];
  readonly needs: T;
  readonly prepare: (outcome: OutcomeOf<T>) => Statistic;
}): Metric {
  const { name, direction, needs } = definition;
  const isNeeded = (outcome: Outcome): outcome is OutcomeOf<T> => outcome.task === needs;
  return {
    name,
    direction,
    needs,
    prepare(outcome) {
      if (!isNeeded(outcome)) throw unfit(name, needs, outcome.task);
      checkOutcome(outcome);
      return definition.prepare(outcome);
    },
  };
}

/** The value of a metric on the data as they are. Errors: those of `prepare`. */
export function computeMetric(metric: Metric, outcome: Outcome): number | undefined {
  return metric.prepare(outcome)(new Uint32Array(outcome.count).fill(1));
}

/** The statistic that is the mean of one number per sample; undefined without samples. Sums in sample order. */
export function meanOfSamples(perSample: Float64Array): Statistic {
  return (multiplicities) => {
    let sum = 0;
    let count = 0;
    for (let sample = 0; sample < perSample.length; sample++) {
      sum += multiplicities[sample] * perSample[sample];
      count += multiplicities[sample];
    }
    return count === 0 ? undefined : sum / count;
  };
}

function unfit(name: string, needs: string, actual: string): CollimatorError {
  return new CollimatorError('usage', `the metric ${name} needs a ${needs} task, this is ${actual}`, {
    next: 'Name metrics of the task in spec.evaluation.metrics.',
  });
}
