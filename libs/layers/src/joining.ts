import { type Tensor, type Tensor4D, add, concat } from '@tensorflow/tfjs-core';

/** A residual connection, y = F(x) + x (He et al., CVPR 2016, eq. 1). The two have the same shape. */
export function residual<Values extends Tensor>(transformed: Values, shortcut: Values): Values {
  return add(transformed, shortcut);
}

/** Joins feature maps along their channels, the last axis; all other sizes agree. */
export function joinChannels(features: readonly Tensor4D[]): Tensor4D {
  return concat([...features], -1);
}

/** Repeats a single channel so that networks made for `channels` channels take grey images. NHW1 in, NHWC out. */
export function repeatChannel(images_NHW1: Tensor4D, channels: number): Tensor4D {
  return concat(
    Array.from({ length: channels }, () => images_NHW1),
    -1,
  );
}
