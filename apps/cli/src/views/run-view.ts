import { type EvaluationSummary, isOver, type RunRecord } from '@collimator/runs';
import { formatCount, formatDuration, formatMoment, formatPercent } from '../output/quantities.ts';
import { renderPairs, renderTable } from '../output/table.ts';
import { renderEvaluation } from './evaluation-view.ts';
import { epochAtWork, laneRanges } from './progress-view.ts';

const listColumns = [
  { title: 'run' },
  { title: 'state' },
  { title: 'step', align: 'right' },
  { title: 'epoch', align: 'right' },
  { title: 'best' },
  { title: 'started' },
] as const;

/** One line for each run. */
export function renderRuns(runs: readonly RunRecord[]): string[] {
  if (runs.length === 0) return ['No runs. Start one with: npx collimator train JOB.yaml'];
  return renderTable(listColumns, runs.map(listRow));
}

/** All that is known of a run: state, place, processes, results. */
export function renderRun(run: RunRecord): string[] {
  const workers = run.workers.length === 0 ? [] : ['', ...renderWorkers(run)];
  return [...renderPairs(facts(run)), ...workers, ...newestPerSplit(run.evaluations).flatMap(evaluationPart)];
}

/** The newest evaluation of each split, in the order in which the splits were first evaluated. */
export function newestPerSplit(evaluations: readonly EvaluationSummary[]): EvaluationSummary[] {
  return [...new Map(evaluations.map((evaluation) => [evaluation.split, evaluation])).values()];
}

function facts(run: RunRecord): (readonly [string, string])[] {
  const optional: readonly (readonly [string, string | undefined])[] = [
    ['run', run.run],
    ['job', run.job],
    ['state', run.reason === null ? run.state : `${run.state}: ${run.reason}`],
    ['started', formatMoment(run.startedAt)],
    ['ended', run.endedAt === null ? undefined : endOf(run.startedAt, run.endedAt)],
    ['step', outOf(run.step, run.steps)],
    ['epoch', epochOf(run)],
    ['best', run.best === null ? undefined : bestOf(run.best)],
    ['speed', run.imagesPerSecond === null ? undefined : `${formatCount(run.imagesPerSecond)} images/s`],
    ['waiting for data', run.dataWaitShare === null ? undefined : formatPercent(run.dataWaitShare)],
    ['data set', `${run.dataset.name}, sha256 ${run.dataset.sha256}`],
    ['device', run.device === null ? undefined : `${run.device.kind}, ${run.device.name}`],
    ['engine', run.engine === null ? undefined : `TensorFlow ${run.engine.tensorflow}`],
    ['numeric class', run.numericClass ?? undefined],
    ['weights', run.weightsSha256 === null ? undefined : `sha256 ${run.weightsSha256}`],
    ['last weights', lastWeightsOf(run)],
  ];
  return optional.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

function renderWorkers({ workers }: RunRecord): string[] {
  const columns = [{ title: 'worker' }, { title: 'rank' }, { title: 'lanes' }, { title: 'host' }, { title: 'pid' }];
  return renderTable(
    columns,
    workers.map(({ id, rank, lanes, host, pid }) => [
      String(id),
      String(rank),
      laneRanges(lanes),
      host,
      String(pid ?? ''),
    ]),
  );
}

function evaluationPart(evaluation: EvaluationSummary): string[] {
  return ['', ...renderEvaluation(evaluation)];
}

function listRow(record: RunRecord): string[] {
  const { run, state, step, steps, best, startedAt } = record;
  return [run, state, outOf(step, steps), epochOf(record), best === null ? '' : bestOf(best), formatMoment(startedAt)];
}

function bestOf({ metric, value, step }: NonNullable<RunRecord['best']>): string {
  return `${metric} ${value.toFixed(4)} at step ${step}`;
}

/** The record counts passes that are complete; while a run goes on, people ask which one it works on. */
function epochOf({ state, step, epoch, epochs }: RunRecord): string {
  return outOf(step === 0 || isOver(state) ? epoch : epochAtWork(epoch, epochs ?? Infinity), epochs);
}

/** Only where they stand in for the selected ones. */
function lastWeightsOf({ weightsSha256, lastWeights }: RunRecord): string | undefined {
  if (weightsSha256 !== null || lastWeights === null) return undefined;
  return `of step ${lastWeights.step}, sha256 ${lastWeights.sha256}`;
}

function outOf(done: number, all: number | null): string {
  return all === null ? String(done) : `${done}/${all}`;
}

function endOf(startedAt: string, endedAt: string): string {
  return `${formatMoment(endedAt)}, after ${formatDuration(Date.parse(endedAt) - Date.parse(startedAt))}`;
}
