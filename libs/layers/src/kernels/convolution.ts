/*
 * Shape legend: N batch, H height, W width, C input channels, D output channels, K kernel height or width.
 */
import type { OperationAttribute } from '@collimator/engine';
import { type Tensor, type Tensor4D, pad, tensor1d } from '@tensorflow/tfjs-core';
import { attribute } from './attributes.ts';
import { differentiable } from './differentiable.ts';
import { singleOutput } from './operation.ts';

/**
 * `same` and `valid` as TensorFlow defines them; a number pads that many zeros on all four sides, as PyTorch does.
 * `same` and half the kernel agree for stride 1; for stride 2 and even sizes `same` pads below and to the right only.
 */
export type Padding = FusedPadding | number;

type FusedPadding = 'same' | 'valid';

export interface ConvolutionGeometry {
  readonly stride: number;
  readonly padding: Padding;
}

/**
 * Two-dimensional convolution (cross-correlation, as everywhere in deep learning).
 * @param images_NHWC float32
 * @param kernel_KKCD float32
 * @returns float32 NHWD
 */
export function convolution(
  images_NHWC: Tensor4D,
  kernel_KKCD: Tensor4D,
  { stride, padding }: ConvolutionGeometry,
): Tensor4D {
  if (typeof padding === 'string') return fusedConvolution(images_NHWC, kernel_KKCD, stride, padding);
  if (padding === 0) return fusedConvolution(images_NHWC, kernel_KKCD, stride, 'valid');
  const keepsSize = stride === 1 && 2 * padding + 1 === kernel_KKCD.shape[0];
  if (keepsSize) return fusedConvolution(images_NHWC, kernel_KKCD, stride, 'same');
  return fusedConvolution(padded(images_NHWC, padding), kernel_KKCD, stride, 'valid');
}

/** TensorFlow's own explicit padding takes three times as long on the CPU as zeros that are added before. */
function padded(images_NHWC: Tensor4D, zeros: number): Tensor4D {
  return pad(images_NHWC, [
    [0, 0],
    [zeros, zeros],
    [zeros, zeros],
    [0, 0],
  ]);
}

function fusedConvolution(
  images_NHWC: Tensor4D,
  kernel_KKCD: Tensor4D,
  stride: number,
  padding: FusedPadding,
): Tensor4D {
  const attributes = convolutionAttributes(stride, padding);
  return differentiable([images_NHWC, kernel_KKCD], (images, kernel) => ({
    value: singleOutput('Conv2D', attributes, [images, kernel]),
    saved: [images, kernel],
    gradients: (dy, [savedImages, savedKernel]) => [
      inputGradient(savedImages.shape, savedKernel, dy, attributes),
      kernelGradient(savedImages, savedKernel.shape, dy, attributes),
    ],
  })) as Tensor4D;
}

/**
 * Transposed convolution: the gradient of `convolution` with respect to its input, used forwards. With stride s the
 * output is s times as high and wide.
 * @param images_NHWD float32
 * @param kernel_KKCD float32: C is the channel count of the *output*
 * @returns float32 N, H·s, W·s, C
 */
export function transposedConvolution(images_NHWD: Tensor4D, kernel_KKCD: Tensor4D, stride: number): Tensor4D {
  const attributes = convolutionAttributes(stride, 'same');
  const [batch, height, width] = images_NHWD.shape;
  const outputShape = [batch, height * stride, width * stride, kernel_KKCD.shape[2]];
  return differentiable([images_NHWD, kernel_KKCD], (images, kernel) => ({
    value: inputGradient(outputShape, kernel, images, attributes),
    saved: [images, kernel],
    gradients: (dy, [savedImages, savedKernel]) => [
      singleOutput('Conv2D', attributes, [dy, savedKernel]),
      kernelGradient(dy, savedKernel.shape, savedImages, attributes),
    ],
  })) as Tensor4D;
}

type Attributes = Readonly<Record<string, OperationAttribute>>;

function convolutionAttributes(stride: number, padding: FusedPadding): Attributes {
  return {
    T: attribute.type('float32'),
    strides: attribute.ints([1, stride, stride, 1]),
    use_cudnn_on_gpu: attribute.bool(true),
    padding: attribute.string(padding.toUpperCase()),
    data_format: attribute.string('NHWC'),
    dilations: attribute.ints([1, 1, 1, 1]),
  };
}

function inputGradient(imagesShape: readonly number[], kernel: Tensor, dy: Tensor, attributes: Attributes): Tensor {
  return singleOutput('Conv2DBackpropInput', attributes, [tensor1d([...imagesShape], 'int32'), kernel, dy]);
}

function kernelGradient(images: Tensor, kernelShape: readonly number[], dy: Tensor, attributes: Attributes): Tensor {
  return singleOutput('Conv2DBackpropFilter', attributes, [images, tensor1d([...kernelShape], 'int32'), dy]);
}
