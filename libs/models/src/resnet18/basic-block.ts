/*
 * Shape legend: N batch, H height, W width, C channels.
 */
import { type Scope, relu, residual } from '@collimator/layers';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { convolutionUnit, normalisedConvolution } from '../convolution-unit.ts';

export interface BasicBlockOptions {
  readonly filters: number;
  /** Of the first convolution and of the shortcut. */
  readonly stride: number;
}

/**
 * Two 3×3 convolutions around a shortcut: relu(F(x) + x) (He et al., CVPR 2016, fig. 2 and 5). Where the shape changes,
 * the shortcut is a 1×1 convolution (their option B). Parts of the scope: `unit1`, `unit2`, `shortcut`.
 */
export function basicBlock(scope: Scope, features_NHWC: Tensor4D, { filters, stride }: BasicBlockOptions): Tensor4D {
  const threeByThree = { filters, kernelSize: 3, padding: 1 };
  const inner_NHWC = convolutionUnit(scope.within('unit1'), features_NHWC, { ...threeByThree, stride });
  const transformed_NHWC = normalisedConvolution(scope.within('unit2'), inner_NHWC, threeByThree);
  const keepsShape = stride === 1 && features_NHWC.shape[3] === filters;
  if (keepsShape) return relu(residual(transformed_NHWC, features_NHWC));
  const oneByOne = { filters, kernelSize: 1, padding: 0, stride };
  const shortcut_NHWC = normalisedConvolution(scope.within('shortcut'), features_NHWC, oneByOne);
  return relu(residual(transformed_NHWC, shortcut_NHWC));
}
