import {
  bootstrapIntervals,
  type BootstrapOptions,
  defaultLevel,
  defaultResamples,
  type Interval,
} from './bootstrap.ts';
import { confusionMatrix } from './classification.ts';
import { type Metric } from './metric.ts';
import { type Outcome } from './outcome.ts';
import { resamplingUnits } from './resampling-units.ts';

/** How the intervals of an assessment were made. */
export interface BootstrapDescription {
  readonly resamples: number;
  readonly level: number;
  readonly seed: number;
  readonly unit: 'patient' | 'sample';
  /** Number of units, all strata together. */
  readonly units: number;
}

/** All that is said about the predictions of one split; a pure function of outcome, metrics and seed. */
export interface Assessment {
  readonly samples: number;
  readonly metrics: Readonly<Record<string, Interval>>;
  /** Rows are true classes, columns predicted ones; classification only. */
  readonly confusion?: readonly (readonly number[])[];
  readonly bootstrap: BootstrapDescription;
}

/**
 * Computes metrics with their intervals; all metrics share the resamples.
 * @param patients pseudonym of each sample's patient, where known
 * @throws CollimatorError `usage`, `dataset_invalid`, `non_finite`
 */
export function assess(
  outcome: Outcome,
  metrics: readonly Metric[],
  options: BootstrapOptions,
  patients?: readonly string[],
): Assessment {
  const statistics = metrics.map((metric) => metric.prepare(outcome));
  const units = resamplingUnits(outcome, patients);
  const intervals = bootstrapIntervals(statistics, units, options);
  const { resamples = defaultResamples, level = defaultLevel, seed } = options;
  return {
    samples: outcome.count,
    metrics: Object.fromEntries(metrics.map(({ name }, index) => [name, intervals[index]])),
    ...(outcome.task === 'classification' ? { confusion: confusionMatrix(outcome) } : {}),
    bootstrap: { resamples, level, seed, unit: units.unit, units: units.samplesOf.length },
  };
}
