export type { DatasetShape, TrainingData } from './dataset-shape.ts';
export { dropoutKeys } from './dropout-keys.ts';
export { type EvaluationForm, evaluationGraphName } from './evaluation-graph.ts';
export { type EvaluationUnit, evaluationUnits, samplesPerUnit } from './evaluation-units.ts';
export { inputNames } from './graph-inputs.ts';
export { laneGraphName } from './lane-graph.ts';
export { type LearningRateSchedule, learningRateAt } from './learning-rate.ts';
export { type ProbeRun, probeRuns } from './probe.ts';
export { type StepSummary, readStepSummary } from './step-summary.ts';
export {
  type EvaluationProgram,
  type TrainingProgram,
  buildEvaluationProgram,
  buildTrainingProgram,
} from './training-program.ts';
export { type StepBatch, type TrainingPlan, planTraining } from './training-plan.ts';
export type { MetricSegment, VectorLayout } from './vector-layout.ts';
export { type EvaluatedSplit, assessSplit, measureSplit } from './assessment.ts';
export { trainingDataOf } from './training-data.ts';
