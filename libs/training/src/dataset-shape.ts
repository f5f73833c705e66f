/** What training needs to know of a data set. */
export interface DatasetShape {
  /** Height, width, channels of one image. */
  readonly sampleShape: readonly [height: number, width: number, channels: number];
  /** Classes (classification, segmentation), or values of one target (regression). */
  readonly classes: number;
}

/** The same with the sizes of its splits. */
export interface TrainingData extends DatasetShape {
  readonly trainSamples: number;
  /** Sizes of the splits that are evaluated, such as validation and test. */
  readonly evaluatedSamples: readonly number[];
}
