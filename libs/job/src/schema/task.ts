import * as z from 'zod';
import type { lossSchema } from './loss.ts';
import type { modelSchema } from './model.ts';

type Loss = z.output<typeof lossSchema>;
type ModelName = z.output<typeof modelSchema>['name'];

export const taskSchema = z.enum(['classification', 'segmentation', 'regression']);

/** What the model is for; it decides which losses and metrics fit. */
export type Task = z.output<typeof taskSchema>;

export const metricSchema = z.enum(['auc', 'accuracy', 'logLoss', 'brier', 'dice', 'iou', 'mae', 'mse', 'rmse']);

/** Name of an evaluation metric. */
export type MetricName = z.output<typeof metricSchema>;

interface TaskChoices {
  readonly models: readonly ModelName[];
  readonly losses: readonly Loss['name'][];
  readonly defaultLoss: Loss;
  readonly metrics: readonly MetricName[];
  readonly defaultMetrics: readonly MetricName[];
}

/** Models, losses and metrics that fit a task, and what a job gets that names none. */
export const taskChoices: Readonly<Record<Task, TaskChoices>> = {
  classification: {
    models: ['cnn', 'resnet18'],
    losses: ['crossEntropy'],
    defaultLoss: { name: 'crossEntropy', labelSmoothing: 0 },
    metrics: ['auc', 'accuracy', 'logLoss', 'brier'],
    defaultMetrics: ['auc', 'accuracy'],
  },
  segmentation: {
    models: ['unet2d'],
    losses: ['dice', 'crossEntropy'],
    defaultLoss: { name: 'dice', smooth: 1 },
    metrics: ['dice', 'iou'],
    defaultMetrics: ['dice', 'iou'],
  },
  regression: {
    models: ['cnn', 'resnet18'],
    losses: ['mse'],
    defaultLoss: { name: 'mse' },
    metrics: ['mae', 'mse', 'rmse'],
    defaultMetrics: ['mae', 'rmse'],
  },
};
