import type { DatasetIndex } from '@collimator/datasets';
import { CollimatorError } from '@collimator/errors';
import type { TrainingData } from './dataset-shape.ts';

/** What training needs to know of a data set's index. Throws `job_invalid` for volumes: the models here take 2D images. */
export function trainingDataOf({ name, content }: DatasetIndex): TrainingData {
  const { shape } = content.image;
  if (shape.length !== 3) throw notPlane(name, shape);
  const [height, width, channels] = shape;
  return {
    sampleShape: [height, width, channels],
    classes: content.label.classes.length,
    trainSamples: content.splits.train.samples,
    evaluatedSamples: [content.splits.val.samples, content.splits.test.samples],
  };
}

function notPlane(name: string, shape: readonly number[]): CollimatorError {
  const message = `data set "${name}" holds volumes (${shape.join('×')}); the models of this version take images of height × width × channels`;
  return new CollimatorError('job_invalid', message, {
    next: 'choose a data set of 2D images: "collimator datasets list"',
    problems: [{ field: 'spec.data.dataset', message }],
  });
}
