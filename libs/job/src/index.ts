export { jobHash, type TextHash } from './job-hash.ts';
export type {
  AugmentationOptions,
  CheckpointsSpec,
  DeviceChoice,
  EvaluationSpec,
  Job,
  JobSpec,
  LossChoice,
  ModelChoice,
  Numerics,
  OptimizerChoice,
  ScheduleChoice,
  TrainingSpec,
  WorkersSpec,
} from './job.ts';
export { jobJsonSchema } from './json-schema.ts';
export { nearestName } from './nearest-name.ts';
export { parseOverride, type Override } from './override.ts';
export { jobFromJson, parseJob, type ParseOptions } from './parse-job.ts';
export { apiVersion, jobSchema } from './schema/job.ts';
export type { MetricName, Task } from './schema/task.ts';
