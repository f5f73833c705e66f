/*
 * Shape legend: N batch, H height, W width, C channels.
 */
import { type Tensor, type Tensor4D, tensor1d } from '@tensorflow/tfjs-core';
import { attribute } from './attributes.ts';
import { differentiable } from './differentiable.ts';
import { singleOutput } from './operation.ts';

const attributes = {
  T: attribute.type('float32'),
  align_corners: attribute.bool(false),
  half_pixel_centers: attribute.bool(true),
};

/**
 * Repeats every pixel `factor` times in height and width (nearest neighbour).
 * @param images_NHWC float32
 * @returns float32 N, H·factor, W·factor, C
 */
export function nearestUpsampling(images_NHWC: Tensor4D, factor: number): Tensor4D {
  const [, height, width] = images_NHWC.shape;
  return differentiable([images_NHWC], (images) => ({
    value: singleOutput('ResizeNearestNeighbor', attributes, [images, size(height * factor, width * factor)]),
    saved: [],
    gradients: (dy) => [singleOutput('ResizeNearestNeighborGrad', attributes, [dy, size(height, width)])],
  })) as Tensor4D;
}

function size(height: number, width: number): Tensor {
  return tensor1d([height, width], 'int32');
}
