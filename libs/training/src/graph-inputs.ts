import type { GraphInput } from '@collimator/engine';
import type { LabelForm } from '@collimator/losses';

/** Names of the inputs of lane and evaluation graphs. */
export const inputNames = {
  /** float32 [samples, height, width, channels], grey values from 0 to 1. */
  images: 'images',
  /** As the loss wants them, one for each sample. */
  labels: 'labels',
  /** int32 [operations, 2]; only where the model has dropout. */
  dropout: 'dropout',
} as const;

/** A batch of images. */
export function imagesInput(samples: number, sampleShape: readonly number[]): GraphInput {
  return { name: inputNames.images, dtype: 'float32', shape: [samples, ...sampleShape] };
}

/** The labels of a batch. */
export function labelsInput(samples: number, form: LabelForm): GraphInput {
  return { name: inputNames.labels, dtype: form.dtype, shape: [samples, ...form.shape] };
}

/** The keys of a lane's dropout operations. */
export function dropoutInput(operations: number): GraphInput {
  return { name: inputNames.dropout, dtype: 'int32', shape: [operations, 2] };
}
