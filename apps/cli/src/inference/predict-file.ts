import { type ImageStack, readImages, type Split } from '@collimator/datasets';
import type { EngineLocation } from '@collimator/engine-tensorflow';
import { CollimatorError } from '@collimator/errors';
import { Predictor, type SampleSource } from './predictor.ts';
import type { TrainedRun } from './trained-run.ts';

/** What a run's model says of images: a row of `width` floats for each. */
export interface Predictions {
  readonly samples: number;
  readonly width: number;
  readonly values: Float32Array;
}

/**
 * Predicts the images of one split of an npz file with a run's model.
 * @throws CollimatorError `dataset_invalid` where the file, or its form, is not what the model takes
 */
export async function predictFile(
  trained: TrainedRun,
  file: Uint8Array,
  split: Split,
  engine: EngineLocation,
): Promise<Predictions> {
  requirePredictableTask(trained);
  const source = imageSource(trained, readImages(file, split));
  const predictor = await Predictor.load(trained, source, engine);
  const values = await predictor.predictAndClose();
  return { samples: source.samples, width: predictor.floatsPerSample, values };
}

function requirePredictableTask({ job }: TrainedRun): void {
  if (job.spec.task !== 'segmentation') return;
  throw new CollimatorError('usage', 'predict writes one row for each image; masks are not available in this version', {
    next: 'Measure a segmentation with: npx collimator evaluate RUN --split test',
  });
}

function imageSource({ dataset, run }: TrainedRun, { form, samples, pixels }: ImageStack): SampleSource {
  const { shape, dtype } = dataset.content.image;
  const actual = `${form.shape.join('×')} ${form.dtype}`;
  const expected = `${shape.join('×')} ${dtype}`;
  if (actual !== expected) {
    throw new CollimatorError(
      'dataset_invalid',
      `the images are ${actual}, the model of run ${run} takes ${expected}`,
      {
        next: 'Save images of that shape and type, or choose a run that was trained on such images',
      },
    );
  }
  const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  const length = bytes.length / samples;
  const read: SampleSource['read'] = (sample) =>
    Promise.resolve({ pixels: bytes.subarray(sample * length, (sample + 1) * length), label: 0 });
  return { samples, read };
}
