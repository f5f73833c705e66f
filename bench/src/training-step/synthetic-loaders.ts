import type { RandomStream } from '@collimator/random';
import type { LaneBatch, StepContext } from '@collimator/worker';

/** The form of one lane's batch. */
export interface BatchForm {
  readonly samples: number;
  /** Floats of one image. */
  readonly floats: number;
  /** Labels of one sample: 1, or one for each pixel. */
  readonly labels: number;
  readonly classes: number;
}

/** Batches of random images that are there at once: a step's own cost, without data. */
export function syntheticLoaders(stream: RandomStream, form: BatchForm): StepContext['loaders'] {
  const images = new Float32Array(new SharedArrayBuffer(4 * form.samples * form.floats));
  const labels = new Int32Array(new SharedArrayBuffer(4 * form.samples * form.labels));
  for (let index = 0; index < images.length; index += 1) images[index] = stream.uniform();
  for (let index = 0; index < labels.length; index += 1) labels[index] = stream.integer(form.classes);
  const batch: LaneBatch = { images, labels, samples: [], release: () => undefined };
  return { batch: () => Promise.resolve(batch) };
}
