/** Samples of one evaluation unit: a constant of the format, so that units are the same for every job. */
export const evaluationUnitSamples = 64;

/** How many units a split of some size has. */
export function evaluationUnits(samples: number): number {
  return Math.ceil(samples / evaluationUnitSamples);
}

/** The samples of a unit, in sample order; the last unit may be smaller. */
export function samplesOfUnit(samples: number, unit: number): number[] {
  if (!Number.isInteger(unit) || unit < 0 || unit >= evaluationUnits(samples)) {
    throw new RangeError(`evaluation unit ${unit} is not one of 0 to ${evaluationUnits(samples) - 1}`);
  }
  const first = unit * evaluationUnitSamples;
  return Array.from({ length: Math.min(evaluationUnitSamples, samples - first) }, (_, index) => first + index);
}
