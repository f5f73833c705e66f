import type { Forward } from '@collimator/layers';

/**
 * Makes a network from its options in the job. It takes NHWC images scaled to −1..1 and gives raw outputs (logits, no
 * softmax) with `outputs` as their last axis: classes, or regressed values.
 */
export type ModelFactory<Options> = (options: Options, outputs: number) => Forward;
