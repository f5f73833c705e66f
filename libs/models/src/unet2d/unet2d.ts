/*
 * Shape legend: N batch, H height, W width, C channels.
 */
import { CollimatorError } from '@collimator/errors';
import type { ModelChoice } from '@collimator/job';
import {
  type Forward,
  type Scope,
  conv2d,
  conv2dTranspose,
  dropout,
  joinChannels,
  maxPooling,
} from '@collimator/layers';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { convolutionUnit } from '../convolution-unit.ts';

type Options = Extract<ModelChoice, { name: 'unet2d' }>;

/**
 * U-Net (Ronneberger, Fischer and Brox, MICCAI 2015, fig. 1) with `same` padding, so that the output has the size of the
 * input, and batch normalisation after each 3×3 convolution. `depth` poolings; height and width must be multiples of
 * 2^depth. At width 16, depth 4, one channel and one output it has 1,942,289 parameters. Throws `job_invalid`.
 */
export function unet2d(options: Options, outputs: number): Forward {
  return (scope, images_NHWC) => {
    requireDivisible(images_NHWC, options.depth);
    const { bottom_NHWC, skips } = encode(scope.within('encoder'), images_NHWC, options);
    const features_NHWC = decode(scope.within('decoder'), bottom_NHWC, skips, options);
    return conv2d(scope.within('head'), features_NHWC, { filters: outputs, kernelSize: 1 });
  };
}

/** Contracting path: the features of every level before its pooling, and those below the last. */
function encode(scope: Scope, images_NHWC: Tensor4D, { width, depth, dropout: rate }: Options) {
  const skips: Tensor4D[] = [];
  let features_NHWC = images_NHWC;
  for (let level = 0; level < depth; level++) {
    const skip_NHWC = convolutionPair(scope.within(`level${level}`), features_NHWC, width * 2 ** level);
    skips.push(skip_NHWC);
    features_NHWC = maxPooling(skip_NHWC, { window: 2, stride: 2, padding: 'valid' });
  }
  const bottom_NHWC = convolutionPair(scope.within(`level${depth}`), features_NHWC, width * 2 ** depth);
  return { bottom_NHWC: dropout(scope, bottom_NHWC, rate), skips };
}

/** Expanding path: upsample, join with the features of the same size, convolve twice; from the lowest level up. */
function decode(scope: Scope, bottom_NHWC: Tensor4D, skips: readonly Tensor4D[], { width }: Options): Tensor4D {
  return skips.reduceRight((features_NHWC, skip_NHWC, level) => {
    const levelScope = scope.within(`level${level}`);
    const filters = width * 2 ** level;
    const upsampled_NHWC = conv2dTranspose(levelScope.within('upsampling'), features_NHWC, { filters, factor: 2 });
    return convolutionPair(levelScope, joinChannels([skip_NHWC, upsampled_NHWC]), filters);
  }, bottom_NHWC);
}

function convolutionPair(scope: Scope, features_NHWC: Tensor4D, filters: number): Tensor4D {
  const inner_NHWC = convolutionUnit(scope.within('unit1'), features_NHWC, { filters, kernelSize: 3 });
  return convolutionUnit(scope.within('unit2'), inner_NHWC, { filters, kernelSize: 3 });
}

function requireDivisible(images_NHWC: Tensor4D, depth: number): void {
  const [, height, width] = images_NHWC.shape;
  const factor = 2 ** depth;
  if (height % factor === 0 && width % factor === 0) return;
  const message = `images of ${height}×${width} pixels cannot be halved ${depth} times; height and width must be multiples of ${factor}`;
  throw new CollimatorError('job_invalid', message, {
    next: 'lower spec.model.depth',
    problems: [{ field: 'spec.model.depth', message }],
  });
}
