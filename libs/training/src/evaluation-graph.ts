/*
 * Shape legend: N samples of a unit, C classes or regressed values, F floats of one sample's result.
 */
import type { GraphSource } from '@collimator/engine';
import type { Task } from '@collimator/job';
import { startTracing } from '@collimator/layers';
import { foreground, hardOverlap, labelRows, pixelRows } from '@collimator/losses';
import {
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  reshape,
  softmax,
  stack,
} from '@tensorflow/tfjs-core';
import { imagesInput, inputNames, labelsInput } from './graph-inputs.ts';
import type { Network } from './network.ts';

/** What an evaluation graph gives for each sample. */
export interface EvaluationForm {
  /** F: classification: one probability for each class; regression: the values; segmentation: 3·(C−1) pixel counts. */
  readonly floatsPerSample: number;
  /** Whether the graph reads the labels: only for segmentation, whose predictions are too large to exchange. */
  readonly readsLabels: boolean;
}

/** Name of the graph of evaluation units with so many samples. */
export function evaluationGraphName(samples: number): string {
  return `evaluate/${samples}`;
}

/** The form of a task's evaluation results for outputs of so many channels. */
export function evaluationForm(task: Task, channels: number): EvaluationForm {
  return task === 'segmentation'
    ? { floatsPerSample: 3 * (channels - 1), readsLabels: true }
    : { floatsPerSample: channels, readsLabels: false };
}

/**
 * The graph of one evaluation unit: a flat vector of N·F floats, sample by sample. For segmentation a sample's floats are
 * pixels [foreground class][shared, predicted, actual].
 */
export function evaluationGraph(
  network: Network,
  task: Task,
  sampleShape: readonly number[],
  samples: number,
): GraphSource {
  const labels = task === 'segmentation' ? [labelsInput(samples, network.labelForm)] : [];
  return {
    name: evaluationGraphName(samples),
    inputs: [imagesInput(samples, sampleShape), ...labels],
    build: (inputs, variables) => {
      const { scope } = startTracing({ variables, training: false });
      const outputs = network.forward(scope, inputs[inputNames.images] as Tensor4D);
      return flatten(sampleResults(task, outputs, inputs[inputNames.labels]));
    },
  };
}

function sampleResults(task: Task, outputs: Tensor, labels: Tensor | undefined): Tensor {
  if (task === 'classification') return softmax(outputs as Tensor2D);
  if (task === 'regression' || labels === undefined) return outputs;
  const { shared_NC, predicted_NC, actual_NC } = hardOverlap(pixelRows(outputs), labelRows(labels));
  return stack([shared_NC, predicted_NC, actual_NC].map(foreground), 2);
}

function flatten(values: Tensor): Tensor1D {
  return reshape(values, [values.size]);
}
