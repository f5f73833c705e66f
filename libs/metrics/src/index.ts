export { auc } from './auc.ts';
export { bootstrapIntervals, type BootstrapOptions, type Interval } from './bootstrap.ts';
export { accuracy, brier, confusionMatrix, logLoss, predictedClass } from './classification.ts';
export { assess, type Assessment, type BootstrapDescription } from './assess.ts';
export {
  computeMetric,
  defineMetric,
  meanOfSamples,
  type Metric,
  type Multiplicities,
  type Statistic,
} from './metric.ts';
export { isBetter, metricNamed, metrics } from './metrics.ts';
export {
  checkOutcome,
  type ClassificationOutcome,
  type Outcome,
  type RegressionOutcome,
  type SegmentationOutcome,
} from './outcome.ts';
export { mae, mse, rmse } from './regression.ts';
export { resamplingUnits, type ResamplingUnits } from './resampling-units.ts';
export { dice, iou, overlapsOf } from './segmentation.ts';
