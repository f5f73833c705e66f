import type { GradientSegment } from '@collimator/engine';
import { CollimatorError } from '@collimator/errors';

/** What an update does with a mean gradient as a whole. */
export interface Scaling {
  /** Norm of the mean gradient before clipping. */
  readonly gradientNorm: number;
  /** What gradient sums are divided by: the sample count, times the share by which clipping shortens. */
  readonly divisor: number;
}

/**
 * Norm of all gradient sums.
 *
 * @param halfSquares half the sum of their squares in float32, as the graph gives it. It overflows from norms of 2.6e19 on:
 *   then the norm is taken again, in doubles and in the order of the vector.
 */
export function normOfSums(halfSquares: number, reduced: Float32Array, gradients: readonly GradientSegment[]): number {
  if (halfSquares !== Infinity) return Math.sqrt(2 * halfSquares);
  let squares = 0;
  for (const { offset, length } of gradients) {
    for (let index = offset; index < offset + length; index++) squares += (reduced[index] ?? NaN) ** 2;
  }
  return Math.sqrt(squares);
}

/**
 * Clips the mean of sums over `count` samples to `clipNorm`. Throws `non_finite` where no float32 update can follow: the
 * norm is not finite, or what clipping leaves of it has a square (Adam's second moment) that float32 cannot hold.
 */
export function scaleGradient(sumsNorm: number, count: number, clipNorm = Infinity): Scaling {
  const gradientNorm = sumsNorm / count;
  const divisor = count * Math.max(1, gradientNorm / clipNorm);
  const appliedNorm = Math.min(gradientNorm, clipNorm);
  if (Number.isFinite(gradientNorm) && isFloat32(divisor) && isFloat32(appliedNorm ** 2))
    return { gradientNorm, divisor };
  throw new CollimatorError(
    'non_finite',
    `the gradient's norm over ${count} samples is ${gradientNorm}; the weights are as before`,
    {
      next: 'lower the learning rate or set training.clip, and look for samples that are not finite',
    },
  );
}

function isFloat32(value: number): boolean {
  return Number.isFinite(Math.fround(value));
}
