import { availableParallelism } from 'node:os';
import { openDataset } from '@collimator/datasets';
import { CollimatorError } from '@collimator/errors';
import type { Job } from '@collimator/job';
import type { ObjectStore } from '@collimator/object-store';
import { type CommandLine, type CommonOptions, openStore, settingsOf } from '../command-line.ts';
import { engineForJob } from '../engine-setup.ts';
import { launchRun, type LaunchedRun, type RunEnd } from '../launch/index.ts';
import { sha256OfBytes } from '../sha256.ts';
import { renderResult } from '../views/result-view.ts';
import { efficiencyNotice } from './efficiency-notice.ts';
import { requireFit } from './require-fit.ts';
import { TrainingDisplay } from './training-display.ts';

/**
 * Trains a job on this machine, shows how it goes and prints its result.
 * @throws CollimatorError what keeps the run from starting, and why it ended where it did not succeed
 */
export async function runTraining(line: CommandLine, job: Job, options: CommonOptions): Promise<void> {
  const store = await openStore(line, options);
  const dataset = await openDataset(store, job.spec.data.dataset, sha256OfBytes);
  requireFit(job, dataset);
  const engine = await engineForJob(line, job, options);
  const workers = job.spec.workers.replicas;
  line.output.say(
    efficiencyNotice({ lanes: job.spec.training.lanes, workers, slotsPerWorker: slotsOn(engine.device) }),
  );
  const launched = await launchRun({ job, workers, store, dataset, env: await environmentOf(line, options) });
  const end = await watch(line, launched);
  report(line, end, store);
}

/** A lane takes one core, or a whole GPU. */
function slotsOn(device: 'cpu' | 'gpu'): (workers: number) => number {
  const cores = availableParallelism();
  return (workers) => (device === 'gpu' ? 1 : Math.max(1, Math.floor(cores / workers)));
}

/** The processes of the run find the engine where this one did, whoever said where that is. */
async function environmentOf(line: CommandLine, options: CommonOptions): Promise<NodeJS.ProcessEnv> {
  const { engineCache } = await settingsOf(line, options);
  return { ...line.environment, COLLIMATOR_ENGINE_CACHE: engineCache.value };
}

/** Shows a run until all its processes have ended; Ctrl-C stops it in order. */
async function watch(line: CommandLine, launched: LaunchedRun): Promise<RunEnd> {
  const display = new TrainingDisplay(line.output, () => performance.now(), launched.run);
  return line.interruption.during(async (signal) => {
    signal.addEventListener('abort', () => {
      // What goes wrong while it stops is told by `finished`.
      launched.stop(CollimatorError.from(signal.reason).message).catch(() => undefined);
    });
    for await (const event of launched.events) display.show(event);
    const end = await launched.finished;
    display.end();
    return end;
  });
}

/** The result goes to stdout also where the run did not succeed; why it did not is the command's error. */
function report({ output }: CommandLine, { record, error }: RunEnd, store: ObjectStore): void {
  if (error !== undefined) {
    if (!output.json) output.say(renderResult(record, store.location));
    throw error;
  }
  if (output.json) output.printJson(record);
  else output.print(renderResult(record, store.location));
}
