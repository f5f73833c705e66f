import { CollimatorError } from '@collimator/errors';
import { type Outcome } from './outcome.ts';

/** What the bootstrap draws. Samples of one patient depend on each other, so they are drawn together. */
export interface ResamplingUnits {
  readonly sampleCount: number;
  readonly unit: 'patient' | 'sample';
  /** The samples of each unit. */
  readonly samplesOf: readonly (readonly number[])[];
  /**
   * Units by the set of classes that their samples have; one stratum where there are no classes. Each stratum is
   * resampled to its own size, so that every resample has every class.
   */
  readonly strata: readonly (readonly number[])[];
}

/**
 * The units of an outcome.
 * @param patients pseudonym of each sample's patient, where known: the unit is then the patient
 * @throws CollimatorError `dataset_invalid` where their number is not that of the samples
 */
export function resamplingUnits(outcome: Outcome, patients?: readonly string[]): ResamplingUnits {
  if (patients !== undefined && patients.length !== outcome.count) {
    throw new CollimatorError(
      'dataset_invalid',
      `there are patients for ${patients.length} samples, the split has ${outcome.count}`,
      { next: 'Verify the data set with: collimator datasets verify' },
    );
  }
  const samples = Array.from({ length: outcome.count }, (_, sample) => sample);
  const samplesOf =
    patients === undefined ? samples.map((sample) => [sample]) : groupBy(samples, (sample) => patients[sample]);
  const units = samplesOf.map((_, unit) => unit);
  return {
    sampleCount: outcome.count,
    unit: patients === undefined ? 'sample' : 'patient',
    samplesOf,
    strata: groupBy(units, (unit) => classesOf(outcome, samplesOf[unit])),
  };
}

function classesOf(outcome: Outcome, samples: readonly number[]): string {
  if (outcome.task !== 'classification') return '';
  const classes = new Set(samples.map((sample) => outcome.labels[sample]));
  return [...classes].sort((left, right) => left - right).join();
}

/** Groups in the order of their first member. */
function groupBy(members: readonly number[], key: (member: number) => string): number[][] {
  const groups = new Map<string, number[]>();
  for (const member of members) {
    const group = groups.get(key(member));
    if (group === undefined) groups.set(key(member), [member]);
    else group.push(member);
  }
  return [...groups.values()];
}
