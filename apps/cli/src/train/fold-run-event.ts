import {
  type EvaluationReport,
  type Metric,
  type Progress,
  type Run,
  type RunEvent,
  RunState,
  WorkerState,
  type WorkerStatus,
} from '@collimator/protocol';
import type { RunProgress, WorkerProgress } from '../views/run-progress.ts';

/** What is shown before the first event of a run. */
export function progressBeforeStart(run: string): RunProgress {
  return {
    run,
    state: 'Starting',
    reason: '',
    step: 0,
    totalSteps: 0,
    epoch: 0,
    epochs: 0,
    imagesPerSecond: 0,
    workers: [],
  };
}

/** The progress after an event. */
export function foldRunEvent(progress: RunProgress, { event }: RunEvent): RunProgress {
  switch (event.case) {
    case 'snapshot':
      return { ...progress, ...ofSnapshot(event.value) };
    case 'stateChanged':
      return { ...progress, state: stateName(event.value.state), reason: event.value.reason };
    case 'workerChanged':
      return { ...progress, workers: withWorker(progress.workers, workerOf(event.value)) };
    case 'stepCompleted':
      return { ...progress, ...placeOf(event.value.progress), workers: event.value.workers.map(workerOf) };
    case 'evaluation':
      return withEvaluation(progress, event.value);
    default:
      return progress;
  }
}

function ofSnapshot({ run, state, reason, progress, workers, evaluations }: Run): Partial<RunProgress> {
  const newest = evaluations.at(-1);
  return {
    run,
    state: stateName(state),
    reason,
    ...placeOf(progress),
    workers: workers.map(workerOf),
    ...(newest === undefined ? {} : { evaluation: evaluationOf(newest) }),
  };
}

function placeOf(progress: Progress | undefined): Partial<RunProgress> {
  if (progress === undefined) return {};
  const { step, totalSteps, epoch, epochs, loss, imagesPerSecond, remainingMs } = progress;
  return {
    step,
    totalSteps,
    epoch,
    epochs,
    imagesPerSecond,
    ...(step === 0 ? {} : { loss }),
    ...(remainingMs === undefined ? {} : { remainingMs }),
  };
}

function workerOf({ worker, state, lanes, step, phases }: WorkerStatus): WorkerProgress {
  return {
    worker,
    state: nameOf(WorkerState, state).toLowerCase(),
    lanes,
    step,
    ...(phases === undefined || step === 0 ? {} : { phases }),
  };
}

function withWorker(workers: readonly WorkerProgress[], changed: WorkerProgress): WorkerProgress[] {
  const others = workers.filter(({ worker }) => worker !== changed.worker);
  return [...others, changed].sort((left, right) => left.worker - right.worker);
}

/** Every worker reports an evaluation, and all report the same. */
function withEvaluation(progress: RunProgress, report: EvaluationReport): RunProgress {
  const { split, step } = progress.evaluation ?? {};
  return split === report.split && step === report.step ? progress : { ...progress, evaluation: evaluationOf(report) };
}

function evaluationOf({ split, epoch, step, metrics }: EvaluationReport): NonNullable<RunProgress['evaluation']> {
  return { split, epoch, step, metrics: definedMetrics(metrics) };
}

/** Metrics that have a value: some have none where a split has one class only. */
function definedMetrics(metrics: readonly Metric[]): Record<string, number> {
  return Object.fromEntries(metrics.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));
}

/** `RUNNING` as people read it: `Running`. */
function stateName(state: RunState): string {
  const name = nameOf(RunState, state);
  return name.charAt(0) + name.slice(1).toLowerCase();
}

/** The name of a message's enumeration value. */
function nameOf(values: Readonly<Record<string, number>>, value: number): string {
  return Object.keys(values).find((name) => values[name] === value) ?? 'UNKNOWN';
}
