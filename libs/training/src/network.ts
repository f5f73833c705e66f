import { CollimatorError } from '@collimator/errors';
import type { Job } from '@collimator/job';
import { type Forward, type ModelDeclaration, declareModel } from '@collimator/layers';
import { type LabelForm, type Loss, createLoss } from '@collimator/losses';
import { type Model, createModel } from '@collimator/models';
import { sub, mul } from '@tensorflow/tfjs-core';
import type { DatasetShape } from './dataset-shape.ts';

/** A job's model and loss on a data set, with what the model consists of. */
export interface Network {
  /** Takes grey values from 0 to 1. */
  readonly forward: Forward;
  readonly declaration: ModelDeclaration;
  readonly loss: Loss;
  readonly labelForm: LabelForm;
}

/** Throws `job_invalid` where model, loss, task and data do not fit each other. Needs a tfjs backend. */
export function createNetwork(job: Job, dataset: Pick<DatasetShape, 'sampleShape' | 'classes'>): Network {
  const { task, model: choice, training } = job.spec;
  const loss = createLoss(training.loss, task, dataset.classes);
  const model = createModel(choice, { channels: dataset.classes }, dataset.sampleShape[2]);
  requireGranularity(job, model);
  const forward = onGreyValues(model.forward);
  const declaration = declareModel(forward, dataset.sampleShape);
  return { forward, declaration, loss, labelForm: loss.labelForm(declaration.outputShape) };
}

/** Maps grey values from 0..1 to −1..1, what the models take. */
function onGreyValues(forward: Forward): Forward {
  return (scope, images_NHWC) => forward(scope, sub(mul(images_NHWC, 2), 1));
}

function requireGranularity(job: Job, model: Model): void {
  const { task, model: choice } = job.spec;
  const needed: Model['granularity'] = task === 'segmentation' ? 'pixel' : 'image';
  if (model.granularity === needed) return;
  const message = `model "${choice.name}" gives one output for each ${model.granularity}, the task "${task}" needs one for each ${needed}`;
  throw new CollimatorError('job_invalid', message, {
    next: 'choose a model that fits the task',
    problems: [{ field: 'spec.model.name', message }],
  });
}
