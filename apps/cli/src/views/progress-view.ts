import { formatCount, formatDuration, formatMilliseconds } from '../output/quantities.ts';
import { renderTable } from '../output/table.ts';
import type { PhaseTimes, RunProgress, WorkerProgress } from './run-progress.ts';

const narrowestBar = 10;
const widestBar = 30;

const workerColumns = [
  { title: 'worker' },
  { title: 'state' },
  { title: 'lanes' },
  { title: 'step', align: 'right' },
  { title: 'wait', align: 'right' },
  { title: 'compute', align: 'right' },
  { title: 'exchange', align: 'right' },
  { title: 'apply', align: 'right' },
] as const;

/** The display that is redrawn in place: where the run is, each worker's phases, the newest evaluation. */
export function renderLiveProgress(progress: RunProgress, columns: number): string[] {
  const lines = [
    stateLine(progress),
    [progressBar(progress, columns), ...position(progress)].join('  '),
    ...renderTable(workerColumns, progress.workers.map(workerRow)),
    ...evaluationLines(progress),
  ];
  return lines.map((line) => (line.length <= columns ? line : `${line.slice(0, columns - 1)}…`));
}

/** The pass, from 1, that a run which is not over works on once so many are complete. */
export function epochAtWork(complete: number, epochs: number): number {
  return Math.min(complete + 1, epochs);
}

/** Where the run is, and each worker's phases, on one line, for files and pipes. */
export function renderPlainProgress(progress: RunProgress): string {
  return [...position(progress), ...progress.workers.flatMap(workerPhrase)].join('  ');
}

/** One line for an evaluation while training: `val after epoch 3 (step 111): auc 0.9812, accuracy 0.9423`. */
export function evaluationLines({ evaluation }: RunProgress): string[] {
  if (evaluation === undefined) return [];
  const { split, epoch, step, metrics } = evaluation;
  const place = epoch === 0 ? `with the weights of step ${step}` : `after epoch ${epoch} (step ${step})`;
  const values = Object.entries(metrics).map(([name, value]) => `${name} ${value.toFixed(4)}`);
  return [`${split} ${place}: ${values.join(', ')}`];
}

/** `lung-20260102-030405-ab12  Starting: 1 of 2 workers has joined` */
export function stateLine({ run, state, reason }: RunProgress): string {
  return `${run}  ${state}${reason === '' ? '' : `: ${reason}`}`;
}

function progressBar({ step, totalSteps }: RunProgress, columns: number): string {
  const width = Math.max(narrowestBar, Math.min(widestBar, Math.floor(columns / 4)));
  const share = totalSteps === 0 ? 0 : Math.min(1, step / totalSteps);
  const filled = Math.floor(share * width);
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  return `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${percent}`;
}

function position({ step, totalSteps, epoch, epochs, loss, imagesPerSecond, remainingMs }: RunProgress): string[] {
  if (totalSteps === 0) return [];
  return [
    `epoch ${epochAtWork(epoch, epochs)}/${epochs}`,
    `step ${step}/${totalSteps}`,
    ...(loss === undefined ? [] : [`loss ${loss.toFixed(4)}`]),
    ...(imagesPerSecond > 0 ? [`${formatCount(imagesPerSecond)} images/s`] : []),
    ...(remainingMs === undefined ? [] : [`ETA ${formatDuration(remainingMs)}`]),
  ];
}

function workerRow({ worker, state, lanes, step, phases }: WorkerProgress): string[] {
  return [String(worker), state, laneRanges(lanes), String(step), ...(phases === undefined ? [] : phaseTimes(phases))];
}

function workerPhrase({ worker, phases }: WorkerProgress): string[] {
  if (phases === undefined) return [];
  const [wait, compute, exchange, apply] = phaseTimes(phases);
  return [`worker ${worker}: wait ${wait}, compute ${compute}, exchange ${exchange}, apply ${apply}`];
}

function phaseTimes({ waitMs, computeMs, exchangeMs, applyMs }: PhaseTimes): [string, string, string, string] {
  return [
    formatMilliseconds(waitMs),
    formatMilliseconds(computeMs),
    formatMilliseconds(exchangeMs),
    formatMilliseconds(applyMs),
  ];
}

/** `0-3,6`: ascending lanes with runs of neighbours joined. */
export function laneRanges(lanes: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const lane of lanes) {
    const last = ranges.at(-1);
    if (last?.[1] === lane - 1) last[1] = lane;
    else ranges.push([lane, lane]);
  }
  return ranges.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(',');
}
