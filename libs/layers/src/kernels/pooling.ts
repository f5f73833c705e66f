/*
 * Shape legend: N batch, H height, W width, C channels.
 */
import { type Tensor, type Tensor2D, type Tensor4D, div, mean, reshape, tensor1d } from '@tensorflow/tfjs-core';
import { attribute } from './attributes.ts';
import { differentiable } from './differentiable.ts';
import { singleOutput } from './operation.ts';

export interface PoolingGeometry {
  /** Height and width of the window. */
  readonly window: number;
  readonly stride: number;
  readonly padding: 'same' | 'valid';
}

/** The largest value of each window; NHWC float32. */
export function maxPooling(images_NHWC: Tensor4D, geometry: PoolingGeometry): Tensor4D {
  const attributes = poolingAttributes(geometry);
  return differentiable([images_NHWC], (images) => {
    const value = singleOutput('MaxPool', attributes, [images]);
    return {
      value,
      saved: [images, value],
      gradients: (dy, [savedImages, output]) => [singleOutput('MaxPoolGrad', attributes, [savedImages, output, dy])],
    };
  }) as Tensor4D;
}

/** The mean of each window, of the values inside the image only; NHWC float32. */
export function averagePooling(images_NHWC: Tensor4D, geometry: PoolingGeometry): Tensor4D {
  const attributes = poolingAttributes(geometry);
  const shape = images_NHWC.shape;
  return differentiable([images_NHWC], (images) => ({
    value: singleOutput('AvgPool', attributes, [images]),
    saved: [],
    gradients: (dy) => [singleOutput('AvgPoolGrad', attributes, [tensor1d(shape, 'int32'), dy])],
  })) as Tensor4D;
}

/**
 * The mean over height and width (Lin et al., "Network in network", 2014, §3.2).
 * @param images_NHWC float32
 * @returns float32 NC
 */
export function globalAveragePooling(images_NHWC: Tensor4D): Tensor2D {
  const shape = images_NHWC.shape;
  const [batch, height, width, channels] = shape;
  return differentiable([images_NHWC], (images) => ({
    value: mean(images, [1, 2]),
    saved: [],
    gradients: (dy) => [broadcast(reshape(div(dy, height * width), [batch, 1, 1, channels]), shape)],
  })) as Tensor2D;
}

function broadcast(values: Tensor, shape: readonly number[]): Tensor {
  const attributes = { T: attribute.type('float32'), Tidx: attribute.type('int32') };
  return singleOutput('BroadcastTo', attributes, [values, tensor1d([...shape], 'int32')]);
}

function poolingAttributes({ window, stride, padding }: PoolingGeometry) {
  return {
    T: attribute.type('float32'),
    ksize: attribute.ints([1, window, window, 1]),
    strides: attribute.ints([1, stride, stride, 1]),
    padding: attribute.string(padding.toUpperCase()),
    data_format: attribute.string('NHWC'),
  };
}
