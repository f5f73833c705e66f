/*
 * Shape legend: N batch, C input features, D output features.
 */
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { addBias } from './kernels/bias.ts';
import { matrixProduct } from './kernels/matrix-product.ts';
import { type Initializer, fanInUniform } from './initializer.ts';
import type { Scope } from './scope.ts';

export interface DenseOptions {
  readonly units: number;
  /** `fanInUniform` by default, as in PyTorch. */
  readonly initializer?: Initializer;
}

/** Fully connected layer: variables `kernel` [C, D] and `bias` [D]. float32 NC in, ND out. */
export function dense(scope: Scope, features_NC: Tensor2D, { units, initializer }: DenseOptions): Tensor2D {
  const features = features_NC.shape[1];
  const kernel_CD = scope.variable('kernel', {
    shape: [features, units],
    role: 'weight',
    decays: true,
    initializer: initializer ?? fanInUniform(features),
  }) as Tensor2D;
  const bias_D = scope.variable('bias', {
    shape: [units],
    role: 'weight',
    decays: false,
    initializer: fanInUniform(features),
  });
  return addBias(matrixProduct(features_NC, kernel_CD), bias_D);
}
