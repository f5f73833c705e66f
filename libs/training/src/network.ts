import type { Job } from '@collimator/job';
import { type Forward, type ModelDeclaration, declareModel } from '@collimator/layers';
import { type LabelForm, type Loss, createLoss } from '@collimator/losses';
import { createModel } from '@collimator/models';
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

/** Throws `job_invalid` where model or loss do not fit the data. Needs a tfjs backend. */
export function createNetwork(job: Job, dataset: Pick<DatasetShape, 'sampleShape' | 'classes'>): Network {
  const { task, model: choice, training } = job.spec;
  const loss = createLoss(training.loss, task, dataset.classes);
  const forward = onGreyValues(createModel(choice, dataset.classes, dataset.sampleShape[2]));
  const declaration = declareModel(forward, dataset.sampleShape);
  return { forward, declaration, loss, labelForm: loss.labelForm(declaration.outputShape) };
}

/** Maps grey values from 0..1 to −1..1, what the models take. */
function onGreyValues(forward: Forward): Forward {
  return (scope, images_NHWC) => forward(scope, sub(mul(images_NHWC, 2), 1));
}
