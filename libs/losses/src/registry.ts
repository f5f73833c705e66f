import { CollimatorError } from '@collimator/errors';
import type { LossChoice, Task } from '@collimator/job';
import { classCrossEntropy } from './class-cross-entropy.ts';
import type { Loss } from './loss.ts';
import { pixelCrossEntropy } from './pixel-cross-entropy.ts';
import { softDice } from './soft-dice.ts';
import { squaredError } from './squared-error.ts';

/** The loss that a job asks for. Throws `job_invalid` where it does not fit the task, or the weights not the classes. */
export function createLoss(choice: LossChoice, task: Task, classes: number): Loss {
  if (choice.name === 'crossEntropy') requireWeightForEachClass(choice.classWeights, classes);
  if (task === 'classification' && choice.name === 'crossEntropy') return classCrossEntropy(choice);
  if (task === 'segmentation' && choice.name === 'crossEntropy') return pixelCrossEntropy(choice);
  if (task === 'segmentation' && choice.name === 'dice') return softDice(choice.smooth);
  if (task === 'regression' && choice.name === 'mse') return squaredError();
  throw invalidLoss('spec.training.loss.name', `loss "${choice.name}" does not fit the task "${task}"`);
}

function requireWeightForEachClass(weights: readonly number[] | undefined, classes: number): void {
  if (weights === undefined || weights.length === classes) return;
  const message = `${weights.length} class weights are given, the data set has ${classes} classes`;
  throw invalidLoss('spec.training.loss.classWeights', message);
}

function invalidLoss(field: string, message: string): CollimatorError {
  return new CollimatorError('job_invalid', message, { problems: [{ field, message }] });
}
