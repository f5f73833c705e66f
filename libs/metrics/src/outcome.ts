import { CollimatorError, type Problem } from '@collimator/errors';

/** What a classifier said about `count` samples, in sample order. */
export interface ClassificationOutcome {
  readonly task: 'classification';
  readonly count: number;
  /** At least two. */
  readonly classes: number;
  /** Row-major [count, classes]; each row sums to one. */
  readonly probabilities: Float32Array;
  /** The true class of each sample, from 0. */
  readonly labels: Int32Array;
}

/** How well masks were found in `count` samples, reduced to the pixel counts that all overlap metrics need. */
export interface SegmentationOutcome {
  readonly task: 'segmentation';
  readonly count: number;
  /** Classes other than the background; at least one. */
  readonly foregroundClasses: number;
  /** Row-major [count, foregroundClasses, 3]: pixels in both masks, in the predicted mask, in the true mask. */
  readonly overlaps: Float32Array;
}

/** What a regression said about `count` samples. */
export interface RegressionOutcome {
  readonly task: 'regression';
  readonly count: number;
  /** Values per sample. */
  readonly width: number;
  /** Row-major [count, width]. */
  readonly predictions: Float32Array;
  /** Row-major [count, width]. */
  readonly targets: Float32Array;
}

/** Predictions of a split beside the truth, in sample order. */
export type Outcome = ClassificationOutcome | SegmentationOutcome | RegressionOutcome;

/**
 * Requires lengths that fit, labels in range, and finite predictions.
 * @throws CollimatorError `dataset_invalid` for lengths and labels, `non_finite` for predictions, naming the sample
 */
export function checkOutcome(outcome: Outcome): void {
  if (outcome.task === 'classification') checkClassification(outcome);
  else if (outcome.task === 'segmentation') checkSegmentation(outcome);
  else checkRegression(outcome);
}

function checkClassification({ count, classes, probabilities, labels }: ClassificationOutcome): void {
  requireLength('labels', labels.length, count);
  requireLength('probabilities', probabilities.length, count * classes);
  requireFinite('probabilities', probabilities, classes);
  const wrong = labels.findIndex((label) => label < 0 || label >= classes);
  if (wrong === -1) return;
  throw invalid('labels', `sample ${wrong} has the label ${labels[wrong]}, allowed are 0 to ${classes - 1}`);
}

function checkSegmentation({ count, foregroundClasses, overlaps }: SegmentationOutcome): void {
  requireLength('overlaps', overlaps.length, count * foregroundClasses * 3);
  requireFinite('overlaps', overlaps, foregroundClasses * 3);
}

function checkRegression({ count, width, predictions, targets }: RegressionOutcome): void {
  requireLength('predictions', predictions.length, count * width);
  requireLength('targets', targets.length, count * width);
  requireFinite('predictions', predictions, width);
  requireFinite('targets', targets, width);
}

function requireLength(field: string, actual: number, expected: number): void {
  if (actual !== expected) throw invalid(field, `there are ${actual} values, ${expected} are needed`);
}

function requireFinite(field: string, values: Float32Array, perSample: number): void {
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong === -1) return;
  const message = `sample ${Math.floor(wrong / perSample)} has ${values[wrong]}, only finite values are allowed`;
  throw new CollimatorError('non_finite', `${field} of an evaluation: ${message}`, {
    next: 'Evaluate an earlier step; the weights of this one are not usable.',
    problems: [{ field, message }],
  });
}

function invalid(field: string, message: string): CollimatorError {
  const problems: Problem[] = [{ field, message }];
  return new CollimatorError('dataset_invalid', `${field} of an evaluation: ${message}`, {
    next: 'Check that the data set fits the job: its task, classes and shapes.',
    problems,
  });
}
