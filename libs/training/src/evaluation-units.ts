import { evaluationGraphName } from './evaluation-graph.ts';

/** Samples of a full evaluation unit. */
export const samplesPerUnit = 64;

/** A fixed batch of samples in sample order, computed by one lane. */
export interface EvaluationUnit {
  readonly unit: number;
  readonly lane: number;
  /** Index of its first sample in the split. */
  readonly first: number;
  readonly size: number;
  readonly graph: string;
}

/**
 * Cuts a split into units: unit u belongs to lane u mod lanes. A lane's vector has `samples · floatsPerSample` floats, all
 * zero but those of its own units, at `first · floatsPerSample`; the sum over the lanes is the whole prediction.
 */
export function evaluationUnits(samples: number, lanes: number): EvaluationUnit[] {
  return Array.from({ length: Math.ceil(samples / samplesPerUnit) }, (_, unit) => {
    const first = unit * samplesPerUnit;
    const size = Math.min(samplesPerUnit, samples - first);
    return { unit, lane: unit % lanes, first, size, graph: evaluationGraphName(size) };
  });
}

/** Unit sizes that occur for splits of so many samples, descending. */
export function evaluationUnitSizes(splitSamples: readonly number[]): number[] {
  const sizes = splitSamples.flatMap((samples) => evaluationUnits(samples, 1).map(({ size }) => size));
  return [...new Set(sizes)].sort((left, right) => right - left);
}
