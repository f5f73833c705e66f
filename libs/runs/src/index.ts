export {
  type Evaluation,
  evaluationFormatVersion,
  evaluationOf,
  type EvaluationSummary,
  parseEvaluation,
  summaryOf,
} from './evaluation.ts';
export { type LogLevel, logLevels, type LogLine, processName } from './log-line.ts';
export { LogWriter, type LogWriterOptions } from './log-writer.ts';
export { type ReferenceOptions } from './resolve-run.ts';
export { newRunId, parseRunId, type RunIdParts } from './run-id.ts';
export { runKeys, type RunKeys } from './run-keys.ts';
export { followLogs, type FollowOptions, type LogSelection, readLogs } from './run-logs.ts';
export { MetricsWriter, readMetrics, type StepMetrics } from './run-metrics.ts';
export {
  newRunRecord,
  type NewRun,
  parseRunRecord,
  runFormatVersion,
  type RunList,
  runList,
  type RunRecord,
  type RunWorker,
  type StoredWeights,
} from './run-record.ts';
export { isOver, requireTransition, type RunState, runStates, statesAfter } from './run-state.ts';
export { RunStore } from './run-store.ts';
