import type { GradientSegment, MomentsSegment, UpdateLayout } from '@collimator/engine';
import type { ModelDeclaration } from '@collimator/layers';

export interface MetricSegment {
  readonly name: string;
  readonly offset: number;
}

/**
 * What a lane's flat vector holds, in this order: gradient sums of every weight, moments of every batch normalisation,
 * loss sum, sample count, metric sums.
 */
export interface VectorLayout extends UpdateLayout {
  readonly lossOffset: number;
  readonly metrics: readonly MetricSegment[];
}

/** Lays out the vector of a model and the metric sums of its loss. */
export function layOutVector(declaration: ModelDeclaration, metricSums: readonly string[]): VectorLayout {
  let end = 0;
  const take = (length: number): number => {
    end += length;
    return end - length;
  };
  const gradients = declaration.variables
    .filter((variable) => variable.role === 'weight')
    .map(({ name, shape }): GradientSegment => {
      const length = shape.reduce((product, size) => product * size, 1);
      return { variable: name, offset: take(length), length };
    });
  const moments = declaration.statistics.map(({ mean, variance, channels, momentum }): MomentsSegment => {
    const [countOffset, sumOffset, sumOfSquaresOffset] = [take(1), take(channels), take(channels)];
    return { mean, variance, countOffset, sumOffset, sumOfSquaresOffset, channels, momentum };
  });
  const lossOffset = take(1);
  const countOffset = take(1);
  const metrics = metricSums.map((name): MetricSegment => ({ name, offset: take(1) }));
  return { length: end, gradients, moments, lossOffset, countOffset, metrics };
}
