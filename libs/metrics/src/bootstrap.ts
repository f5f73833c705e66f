import { deriveSeed, RandomStream } from '@collimator/random';
import { type Multiplicities, type Statistic } from './metric.ts';
import { type ResamplingUnits } from './resampling-units.ts';

/** A value with its percentile interval; `null` where the metric has no meaning. */
export interface Interval {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export interface BootstrapOptions {
  /** The job's seed; resamples draw from its sub-seed `bootstrap`. */
  readonly seed: number;
  /** 2,000 by default. */
  readonly resamples?: number;
  /** Coverage, 0.95 by default. */
  readonly level?: number;
}

export const defaultResamples = 2000;
export const defaultLevel = 0.95;

/**
 * Percentile intervals of statistics that share their resamples (Efron and Tibshirani, "An introduction to the bootstrap"
 * (1993), §13.3). Resample r draws as many units as each stratum has, with replacement, from the stream (r). A statistic
 * that has no meaning in some resample gets no interval, rather than one from the other resamples.
 */
export function bootstrapIntervals(
  statistics: readonly Statistic[],
  units: ResamplingUnits,
  { seed, resamples = defaultResamples, level = defaultLevel }: BootstrapOptions,
): Interval[] {
  const values = statistics.map(() => new Float64Array(resamples));
  const key = deriveSeed(seed, 'bootstrap');
  const multiplicities = new Uint32Array(units.sampleCount);
  for (let resample = 0; resample < resamples; resample++) {
    drawResample(units, new RandomStream(key, [resample]), multiplicities);
    statistics.forEach((statistic, index) => {
      values[index][resample] = statistic(multiplicities) ?? Number.NaN;
    });
  }
  multiplicities.fill(1);
  return statistics.map((statistic, index) => intervalOf(statistic(multiplicities), values[index], level));
}

function drawResample(units: ResamplingUnits, stream: RandomStream, multiplicities: Multiplicities): void {
  multiplicities.fill(0);
  for (const stratum of units.strata) {
    const size = stratum.length;
    for (let draw = 0; draw < size; draw++) {
      for (const sample of units.samplesOf[stratum[stream.integer(size)]]) multiplicities[sample] += 1;
    }
  }
}

function intervalOf(value: number | undefined, resampled: Float64Array, level: number): Interval {
  const sorted = resampled.toSorted();
  if (value === undefined) return { value: null, low: null, high: null };
  if (sorted.length === 0 || Number.isNaN(sorted[sorted.length - 1])) return { value, low: null, high: null };
  const tail = (1 - level) / 2;
  return { value, low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
}

/** Linear interpolation between order statistics, as numpy's default (Hyndman and Fan (1996), type 7). */
function quantile(sorted: Float64Array, probability: number): number {
  const place = (sorted.length - 1) * probability;
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
