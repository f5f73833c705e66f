/*
 * Shape legend: N batch, H height, W width, C channels.
 */
import { type ConvolutionOptions, type Scope, batchNormalisation, conv2d, relu } from '@collimator/layers';
import type { Tensor4D } from '@tensorflow/tfjs-core';

export type UnitOptions = Omit<ConvolutionOptions, 'bias' | 'initializer'>;

/** Convolution without bias, batch normalisation, ReLU: parts `convolution` and `normalisation` of the scope. */
export function convolutionUnit(scope: Scope, features_NHWC: Tensor4D, options: UnitOptions): Tensor4D {
  return relu(normalisedConvolution(scope, features_NHWC, options));
}

/** The same without the ReLU, for what is added to a shortcut. */
export function normalisedConvolution(scope: Scope, features_NHWC: Tensor4D, options: UnitOptions): Tensor4D {
  const convolved_NHWC = conv2d(scope.within('convolution'), features_NHWC, { ...options, bias: false });
  return batchNormalisation(scope.within('normalisation'), convolved_NHWC);
}
