/*
 * Shape legend: N batch, H height, W width, C channels.
 */
import { runOperation } from '@collimator/engine';
import { type Tensor, type Tensor4D, tensor1d } from '@tensorflow/tfjs-core';
import { attribute } from './attributes.ts';
import { differentiable } from './differentiable.ts';

export interface NormalisationInputs {
  /** float32 NHWC. */
  readonly images_NHWC: Tensor4D;
  readonly scale_C: Tensor;
  readonly offset_C: Tensor;
}

/** Mean and unbiased variance of one batch, for each channel. */
export interface BatchMoments {
  readonly mean_C: Tensor;
  /** Σ(x−μ)² / max(n−1, 1) over the n = N·H·W values of a channel. */
  readonly variance_C: Tensor;
}

/**
 * Batch normalisation with the batch's own moments (Ioffe and Szegedy, 2015), as `FusedBatchNormV3` and its gradient.
 * @param observe receives the moments while the operation runs; it must `tf.keep` what it derives from them
 */
export function normaliseByBatch(
  { images_NHWC, scale_C, offset_C }: NormalisationInputs,
  epsilon: number,
  observe: (moments: BatchMoments) => void,
): Tensor4D {
  return differentiable([images_NHWC, scale_C, offset_C], (images, scale, offset) => {
    const none = tensor1d([], 'float32');
    const [value, mean_C, variance_C, reserve1, reserve2, reserve3] = fusedBatchNormalisation(
      [images, scale, offset, none, none],
      epsilon,
      true,
    );
    observe({ mean_C, variance_C });
    return {
      value,
      saved: [images, scale, reserve1, reserve2, reserve3],
      gradients: (dy, saved) => fusedBatchNormalisationGradient(dy, saved, epsilon, true),
    };
  }) as Tensor4D;
}

/** Batch normalisation with given moments: what a trained network does with an image. Differentiable for saliency. */
export function normaliseByStatistics(
  { images_NHWC, scale_C, offset_C }: NormalisationInputs,
  mean_C: Tensor,
  variance_C: Tensor,
  epsilon: number,
): Tensor4D {
  return differentiable([images_NHWC, scale_C, offset_C], (images, scale, offset) => {
    const [value, , , , , reserve3] = fusedBatchNormalisation(
      [images, scale, offset, mean_C, variance_C],
      epsilon,
      false,
    );
    return {
      value,
      saved: [images, scale, mean_C, variance_C, reserve3],
      gradients: (dy, saved) => fusedBatchNormalisationGradient(dy, saved, epsilon, false),
    };
  }) as Tensor4D;
}

function attributes(epsilon: number, training: boolean) {
  return {
    T: attribute.type('float32'),
    U: attribute.type('float32'),
    epsilon: attribute.float(epsilon),
    data_format: attribute.string('NHWC'),
    is_training: attribute.bool(training),
  };
}

/** Result, mean, unbiased variance, and three outputs that only the gradient operation understands. */
function fusedBatchNormalisation(inputs: readonly Tensor[], epsilon: number, training: boolean): Tensor[] {
  const call = {
    operation: 'FusedBatchNormV3',
    attributes: { ...attributes(epsilon, training), exponential_avg_factor: attribute.float(1) },
    outputs: 6,
  };
  return runOperation(call, inputs);
}

/** Gradients for images, scale and offset. */
function fusedBatchNormalisationGradient(
  dy: Tensor,
  [images, scale, reserve1, reserve2, reserve3]: readonly Tensor[],
  epsilon: number,
  training: boolean,
): Tensor[] {
  const call = { operation: 'FusedBatchNormGradV3', attributes: attributes(epsilon, training), outputs: 5 };
  return runOperation(call, [dy, images, scale, reserve1, reserve2, reserve3]).slice(0, 3);
}
