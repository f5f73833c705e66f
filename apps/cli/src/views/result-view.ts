import type { RunRecord } from '@collimator/runs';
import { formatCount, formatDuration, formatPercent } from '../output/quantities.ts';
import { renderPairs } from '../output/table.ts';
import { renderEvaluation } from './evaluation-view.ts';
import { newestPerSplit } from './run-view.ts';

/** What `train` says when a run is over: the result on the test split, where everything is, what to try next. */
export function renderResult(run: RunRecord, storeLocation: string): string[] {
  return [...outcome(run), ...testResult(run), '', ...whereabouts(run, storeLocation), '', ...nextCommands(run)];
}

function outcome(record: RunRecord): string[] {
  const { run, state, reason, step, best, startedAt, endedAt, imagesPerSecond, dataWaitShare } = record;
  const took = endedAt === null ? '' : ` in ${formatDuration(Date.parse(endedAt) - Date.parse(startedAt))}`;
  const speed = imagesPerSecond === null ? '' : `, ${formatCount(imagesPerSecond)} images/s`;
  const waiting = dataWaitShare === null ? '' : `, ${formatPercent(dataWaitShare)} of the time waiting for data`;
  const why = reason === null || reason === '' ? '' : `: ${reason}`;
  return [
    `${run}  ${state}${why}`,
    `${formatCount(step)} steps${took}${speed}${waiting}`,
    ...(best === null ? [] : [`best ${best.metric} while training: ${best.value.toFixed(4)} at step ${best.step}`]),
  ];
}

function testResult({ evaluations }: RunRecord): string[] {
  const test = newestPerSplit(evaluations).find(({ split }) => split === 'test');
  if (test === undefined) return [];
  return ['', ...renderEvaluation(test)];
}

function whereabouts({ run, weightsSha256 }: RunRecord, storeLocation: string): string[] {
  const folder = `${storeLocation}/runs/${run}`;
  return renderPairs([
    ['stored in', folder],
    ...(weightsSha256 === null
      ? []
      : ([
          ['weights', `${folder}/weights.safetensors`],
          ['sha256', weightsSha256],
        ] as const)),
  ]);
}

function nextCommands({ run, weightsSha256 }: RunRecord): string[] {
  const commands = [
    `npx collimator runs show ${run}`,
    `npx collimator logs ${run}`,
    ...(weightsSha256 === null
      ? []
      : [
          `npx collimator evaluate ${run} --split val`,
          `npx collimator predict ${run} --input FILE.npz --output predictions.csv`,
        ]),
  ];
  return ['next', ...commands.map((command) => `  ${command}`)];
}
