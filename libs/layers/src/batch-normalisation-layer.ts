/*
 * Shape legend: N batch, H height, W width, C channels.
 */
import { type Tensor, type Tensor4D, add, keep, mul, scalar, sub } from '@tensorflow/tfjs-core';
import { type BatchMoments, normaliseByBatch, normaliseByStatistics } from './kernels/normalisation.ts';
import { type Initializer, constant } from './initializer.ts';
import type { MomentSums, Scope } from './scope.ts';

export interface BatchNormalisationOptions {
  /** Added to the variance; 1e-5 by default, as in PyTorch. */
  readonly epsilon?: number;
  /** Share of the old statistics kept at each step; 0.9 by default (PyTorch calls it momentum 0.1). */
  readonly momentum?: number;
}

/**
 * Batch normalisation (Ioffe and Szegedy, 2015): weights `scale` γ and `offset` β, statistics `mean` and `variance`, all
 * [C]. NHWC float32 in and out.
 *
 * In training it normalises inside the lane, and gives the scope the sums from which moving statistics are pooled over
 * all lanes; otherwise it uses those statistics.
 */
export function batchNormalisation(
  scope: Scope,
  images_NHWC: Tensor4D,
  options: BatchNormalisationOptions = {},
): Tensor4D {
  const { epsilon = 1e-5, momentum = 0.9 } = options;
  const channels = images_NHWC.shape[3];
  const scale_C = channelVariable(scope, 'scale', 'weight', channels, constant(1));
  const offset_C = channelVariable(scope, 'offset', 'weight', channels, constant(0));
  const mean_C = channelVariable(scope, 'mean', 'statistic', channels, constant(0));
  const variance_C = channelVariable(scope, 'variance', 'statistic', channels, constant(1));
  const inputs = { images_NHWC, scale_C, offset_C };
  if (!scope.training) return normaliseByStatistics(inputs, mean_C, variance_C, epsilon);
  const statistics = { mean: scope.nameOf('mean'), variance: scope.nameOf('variance'), channels, momentum };
  const valuesPerChannel = images_NHWC.size / channels;
  return normaliseByBatch(inputs, epsilon, (moments) => {
    scope.pool(statistics, momentSums(moments, mean_C, valuesPerChannel));
  });
}

function channelVariable(
  scope: Scope,
  name: string,
  role: 'weight' | 'statistic',
  channels: number,
  initializer: Initializer,
): Tensor {
  return scope.variable(name, { shape: [channels], role, decays: false, initializer });
}

/**
 * Sums around the running mean m from the batch's own mean μ and unbiased variance s²: Σ(x−m) = n(μ−m) and
 * Σ(x−m)² = (n−1)s² + n(μ−m)².
 */
function momentSums({ mean_C, variance_C }: BatchMoments, runningMean_C: Tensor, count: number): MomentSums {
  const shift_C = sub(mean_C, runningMean_C);
  const sum_C = mul(shift_C, count);
  const spread_C = mul(variance_C, Math.max(count - 1, 1));
  return {
    count: keep(scalar(count)),
    sum_C: keep(sum_C),
    sumOfSquares_C: keep(add(spread_C, mul(sum_C, shift_C))),
  };
}
