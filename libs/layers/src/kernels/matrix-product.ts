/*
 * Shape legend: N batch, C input features, D output features.
 */
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { attribute } from './attributes.ts';
import { differentiable } from './differentiable.ts';
import { singleOutput } from './operation.ts';

/**
 * Matrix product.
 * @param features_NC float32
 * @param kernel_CD float32
 * @returns float32 ND
 */
export function matrixProduct(features_NC: Tensor2D, kernel_CD: Tensor2D): Tensor2D {
  return differentiable([features_NC, kernel_CD], (features, kernel) => ({
    value: multiply(features, kernel),
    saved: [features, kernel],
    gradients: (dy, [savedFeatures, savedKernel]) => [
      multiply(dy, savedKernel, { transposeRight: true }),
      multiply(savedFeatures, dy, { transposeLeft: true }),
    ],
  })) as Tensor2D;
}

function multiply(left: Tensor, right: Tensor, { transposeLeft = false, transposeRight = false } = {}): Tensor {
  const attributes = {
    T: attribute.type('float32'),
    transpose_a: attribute.bool(transposeLeft),
    transpose_b: attribute.bool(transposeRight),
  };
  return singleOutput('MatMul', attributes, [left, right]);
}
