import { type DatasetIndex, type PixelScale } from '@collimator/datasets';
import { type AugmentationOptions } from '@collimator/job';

/** What decides the content of batches; travels to the loader threads. */
export interface BatchOptions {
  /** Such as `file:/home/me/.collimator`. */
  readonly storeLocation: string;
  readonly dataset: DatasetIndex;
  /** The job's seed. */
  readonly seed: number;
  /** Lanes of the job. */
  readonly lanes: number;
  readonly laneBatch: number;
  /** Channels that the model sees. */
  readonly channels: number;
  /** `standard` by default. */
  readonly scale?: PixelScale;
  readonly augmentation: AugmentationOptions;
  /** Most bytes of pixels that each thread keeps in memory; 512 MiB by default. */
  readonly cacheBytes?: number;
}
