import { CollimatorError } from '@collimator/errors';
import { auc } from './auc.ts';
import { accuracy, brier, logLoss } from './classification.ts';
import { type Metric } from './metric.ts';
import { mae, mse, rmse } from './regression.ts';
import { dice, iou } from './segmentation.ts';

/** The metrics that a job can name. */
export const metrics: readonly Metric[] = [auc, accuracy, logLoss, brier, dice, iou, mae, mse, rmse];

/** The metric of a name. Throws `usage` with the names that there are. */
export function metricNamed(name: string): Metric {
  const found = metrics.find((metric) => metric.name === name);
  if (found !== undefined) return found;
  throw new CollimatorError(
    'usage',
    `unknown metric "${name}"; there are ${metrics.map((metric) => metric.name).join(', ')}`,
    { next: 'Name one of them in spec.evaluation.metrics.' },
  );
}

/** Whether a metric's value is better than another's; any value is better than none. */
export function isBetter(metric: Metric, value: number, than: number | undefined): boolean {
  if (than === undefined) return true;
  return metric.direction === 'higher' ? value > than : value < than;
}
