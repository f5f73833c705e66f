import type { Forward } from '@collimator/layers';

/** What a network must give for each sample. */
export interface ModelOutputs {
  /** Classes, or regressed values: the last axis of the output. */
  readonly channels: number;
}

/** A network that is chosen by name. */
export interface Model {
  /** Whether it gives one vector for the whole image (NC) or one for each pixel (NHWC). */
  readonly granularity: 'image' | 'pixel';
  /** Raw outputs (logits, no softmax) of a batch of images scaled to −1..1. */
  readonly forward: Forward;
}
