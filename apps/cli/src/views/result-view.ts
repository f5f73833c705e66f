import { runKeys, type RunRecord } from '@collimator/runs';
import { formatCount, formatDuration, formatPercent } from '../output/quantities.ts';
import { renderPairs } from '../output/table.ts';
import { renderEvaluation } from './evaluation-view.ts';
import { newestPerSplit } from './run-view.ts';

/**
 * What `train` says when a run is over: the result on the test split, where everything is, what to try next. Why a run
 * did not succeed is the error that follows it.
 */
export function renderResult(run: RunRecord, storeLocation: string): string[] {
  return [...outcome(run), ...testResult(run), '', ...whereabouts(run, storeLocation), '', ...nextCommands(run)];
}

function outcome(record: RunRecord): string[] {
  const { run, state, step, best, startedAt, endedAt, imagesPerSecond, dataWaitShare } = record;
  const took = endedAt === null ? '' : ` in ${formatDuration(Date.parse(endedAt) - Date.parse(startedAt))}`;
  const speed = imagesPerSecond === null ? '' : `, ${formatCount(imagesPerSecond)} images/s`;
  const waiting = dataWaitShare === null ? '' : `, ${formatPercent(dataWaitShare)} of the time waiting for data`;
  return [
    `${run}  ${state}`,
    `${formatCount(step)} ${step === 1 ? 'step' : 'steps'}${took}${speed}${waiting}`,
    ...(best === null ? [] : [`best ${best.metric} while training: ${best.value.toFixed(4)} at step ${best.step}`]),
  ];
}

function testResult({ evaluations }: RunRecord): string[] {
  const test = newestPerSplit(evaluations).find(({ split }) => split === 'test');
  if (test === undefined) return [];
  return ['', ...renderEvaluation(test)];
}

function whereabouts(record: RunRecord, storeLocation: string): string[] {
  return renderPairs([['stored in', `${storeLocation}/runs/${record.run}`], ...weightsFile(record, storeLocation)]);
}

/** The selected weights; of a run that came to none, the newest. */
function weightsFile({ run, weightsSha256, lastWeights }: RunRecord, storeLocation: string): [string, string][] {
  if (weightsSha256 !== null) {
    return [
      ['weights', `${storeLocation}/${runKeys(run).weights}`],
      ['sha256', weightsSha256],
    ];
  }
  if (lastWeights === null) return [];
  return [
    ['last weights', `${storeLocation}/${lastWeights.key}`],
    ['of step', String(lastWeights.step)],
    ['sha256', lastWeights.sha256],
  ];
}

function nextCommands({ run, weightsSha256, lastWeights }: RunRecord): string[] {
  const commands = [
    `npx collimator runs show ${run}`,
    `npx collimator logs ${run}`,
    ...(weightsSha256 === null && lastWeights === null
      ? []
      : [
          `npx collimator evaluate ${run} --split val`,
          `npx collimator predict ${run} --input FILE.npz --output predictions.csv`,
        ]),
  ];
  return ['next', ...commands.map((command) => `  ${command}`)];
}
