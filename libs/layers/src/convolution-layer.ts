/*
 * Shape legend: N batch, H height, W width, C input channels, D output channels, K kernel height or width.
 */
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { addBias } from './kernels/bias.ts';
import { type Padding, convolution, transposedConvolution } from './kernels/convolution.ts';
import { type Initializer, fanInUniform, heUniform } from './initializer.ts';
import type { Scope } from './scope.ts';

export interface ConvolutionOptions {
  readonly filters: number;
  /** Height and width of the kernel. */
  readonly kernelSize: number;
  /** 1 by default. */
  readonly stride?: number;
  /** `same` by default. */
  readonly padding?: Padding;
  /** Whether a bias is added; false where a normalisation follows, which would remove it. True by default. */
  readonly bias?: boolean;
  /** `heUniform` of the fan-in K·K·C by default. */
  readonly initializer?: Initializer;
}

/** Two-dimensional convolution: variables `kernel` [K, K, C, D] and `bias` [D]. NHWC float32 in, NHWD out. */
export function conv2d(scope: Scope, images_NHWC: Tensor4D, options: ConvolutionOptions): Tensor4D {
  const { filters, kernelSize, stride = 1, padding = 'same', bias = true } = options;
  const channels = channelsOf(images_NHWC);
  const fanIn = kernelSize * kernelSize * channels;
  const kernel_KKCD = scope.variable('kernel', {
    shape: [kernelSize, kernelSize, channels, filters],
    role: 'weight',
    decays: true,
    initializer: options.initializer ?? heUniform(fanIn),
  }) as Tensor4D;
  const images_NHWD = convolution(images_NHWC, kernel_KKCD, { stride, padding });
  return bias ? withBias(scope, images_NHWD, fanIn) : images_NHWD;
}

export interface TransposedConvolutionOptions {
  readonly filters: number;
  /** The output is so many times as high and wide; kernels are `factor` × `factor` and do not overlap. */
  readonly factor: number;
}

/**
 * Learned upsampling ("up-convolution", Ronneberger et al., MICCAI 2015): variables `kernel` [K, K, D, C] with
 * K = factor, and `bias` [D]. NHWC float32 in; N, H·factor, W·factor, D out.
 */
export function conv2dTranspose(scope: Scope, images_NHWC: Tensor4D, options: TransposedConvolutionOptions): Tensor4D {
  const { filters, factor } = options;
  const channels = channelsOf(images_NHWC);
  const kernel_KKDC = scope.variable('kernel', {
    shape: [factor, factor, filters, channels],
    role: 'weight',
    decays: true,
    initializer: heUniform(channels),
  }) as Tensor4D;
  return withBias(scope, transposedConvolution(images_NHWC, kernel_KKDC, factor), channels);
}

function withBias(scope: Scope, images_NHWD: Tensor4D, fanIn: number): Tensor4D {
  const shape = [channelsOf(images_NHWD)];
  const initializer = fanInUniform(fanIn);
  return addBias(images_NHWD, scope.variable('bias', { shape, role: 'weight', decays: false, initializer }));
}

function channelsOf(images: Tensor4D): number {
  return images.shape[3];
}
