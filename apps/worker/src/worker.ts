import { availableParallelism, cpus, hostname, userInfo } from 'node:os';
import { SampleReader } from '@collimator/datasets';
import { locateEngine } from '@collimator/engine-tensorflow';
import { CollimatorError } from '@collimator/errors';
import { jobHash } from '@collimator/job';
import { type Generation, type Welcome, toErrorMessage } from '@collimator/protocol';
import { parseRunId } from '@collimator/runs';
import { describeBuild } from './build.ts';
import { controlEvents } from './control-events.ts';
import { type ControlStream, Inbox, connectControl } from './control/index.ts';
import type { GradientExchange } from './exchange/index.ts';
import { type LoaderPool, createLoaderPool } from './loaders/index.ts';
import { connectGeneration, startLocalExchange } from './local-exchange.ts';
import { withMemoryLog } from './memory-log.ts';
import { numericClass } from './numeric-class.ts';
import { type Preparation, prepare } from './preparation.ts';
import { sha256 } from './sha256.ts';
import { Training } from './train.ts';
import type { TrainingContext } from './training-context.ts';
import { NonFiniteStep } from './training-step.ts';
import { WorkerLog } from './worker-log.ts';
import type { WorkerOptions } from './worker-options.ts';

const labelCacheBytes = 64 * 2 ** 20;
const accusedWaitMs = 2_000;

/**
 * One worker from its hello to the end barrier. Resolves when the coordinator has released it, or stopped it for a reason
 * that lies elsewhere; rejects with what is wrong here, after telling the coordinator.
 */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { run, worker, token } = options;
  const control = connectControl({ address: options.coordinator, run, worker, token });
  const inbox = new Inbox(control);
  const exchange = await startLocalExchange(run, worker, token);
  try {
    await hello(control, exchange);
    await work(options, control, inbox, exchange);
  } catch (thrown) {
    await explain(thrown, control, inbox);
  } finally {
    await exchange.close();
    await control.close();
  }
}

async function hello(control: ControlStream, exchange: GradientExchange): Promise<void> {
  const { build } = await locateEngine();
  const machine = {
    host: hostname(),
    cpuModel: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    engine: build,
  };
  const value = { build: await describeBuild(), tensorAddress: exchange.address, pid: process.pid, machine };
  await control.send({ case: 'hello', value });
}

async function work(
  options: WorkerOptions,
  control: ControlStream,
  inbox: Inbox,
  exchange: GradientExchange,
): Promise<void> {
  const welcome = await inbox.next('welcome');
  const preparation = await prepare(welcome);
  const log = await WorkerLog.open(preparation.store, options.run, options.worker);
  try {
    const generation = await join(preparation, control, inbox, log);
    await takePart({ options, control, inbox, exchange, welcome, preparation, generation, log });
  } finally {
    await preparation.program.close();
    await log.close();
  }
}

/** Proves the numeric class and waits for the others. */
async function join(
  preparation: Preparation,
  control: ControlStream,
  inbox: Inbox,
  log: WorkerLog,
): Promise<Generation> {
  const { job, dataset, engine, program, training } = preparation;
  const hash = await numericClass({ job, program, training, sampleShape: dataset.content.image.shape });
  log.write('info', 'ready', `${engine.device.name}, ${training.parameters} parameters, numeric class ${hash}`);
  await control.send({ case: 'probe', value: { hash, device: engine.device } });
  return inbox.next('generation');
}

interface Part {
  readonly options: WorkerOptions;
  readonly control: ControlStream;
  readonly inbox: Inbox;
  readonly exchange: GradientExchange;
  readonly welcome: Welcome;
  readonly preparation: Preparation;
  readonly generation: Generation;
  readonly log: WorkerLog;
}

async function takePart(part: Part): Promise<void> {
  const { options, control, inbox, exchange, preparation, generation, log } = part;
  const member = generation.members.find(({ worker }) => worker === options.worker);
  if (member === undefined)
    throw new CollimatorError('bug', `generation ${generation.number} lacks worker ${options.worker}`);
  await connectGeneration(exchange, generation);
  const loaders = startLoaders(part, member.lanes);
  try {
    const { plan } = preparation.training;
    await loaders.prepared();
    await control.send({
      case: 'ready',
      value: {
        generation: generation.number,
        totalSteps: plan.totalSteps,
        epochs: plan.epochs,
        ...ghostBatch(preparation),
      },
    });
    await inbox.next('start');
    log.moveTo({ generation: generation.number });
    log.write('info', 'start', `rank ${member.rank}, lanes ${member.lanes.join(', ')}`);
    const context = trainingContext(part, loaders, member.rank, member.lanes);
    const events = withMemoryLog(controlEvents(control), preparation.engine, log);
    const end = await new Training(context, events).run(inbox.stopped);
    await control.send({ case: 'finished', value: end });
    await inbox.next('release');
  } finally {
    await loaders.close();
  }
}

/** Batch normalisation sees one lane at a time: the record says how many samples that is. */
function ghostBatch({ job, training }: Preparation): { readonly ghostBatch?: number } {
  return training.layout.moments.length === 0 ? {} : { ghostBatch: job.spec.training.laneBatch };
}

function startLoaders({ options, welcome, preparation }: Part, ownLanes: readonly number[]): LoaderPool {
  const { job, dataset, training } = preparation;
  const { lanes, laneBatch } = job.spec.training;
  return createLoaderPool({
    storeLocation: welcome.store,
    dataset,
    seed: job.spec.seed,
    ...{ lanes, laneBatch, ownLanes },
    channels: dataset.content.image.shape.at(-1) ?? 1,
    scale: 'unit',
    augmentation: job.spec.data.augmentation,
    firstStep: 0,
    totalSteps: training.plan.totalSteps,
    testRead: { who: userInfo().username, at: startOf(options.run), run: options.run },
  });
}

/** When a run began, as its id says: one moment for all its workers, so that they record one read. */
function startOf(run: string): string {
  const parts = parseRunId(run);
  if (parts === undefined) throw new CollimatorError('usage', `"${run}" is not the id of a run`);
  return parts.startedAt.toISOString();
}

function trainingContext(
  { options, preparation, exchange }: Part,
  loaders: LoaderPool,
  rank: number,
  lanes: readonly number[],
): TrainingContext {
  const { job, store, dataset, training, program } = preparation;
  return {
    ...{ job, store, dataset, training, program, exchange, loaders, rank, lanes },
    run: options.run,
    jobHash: jobHash(job, sha256),
    samples: new SampleReader({ store, index: dataset, sha256, cacheBytes: labelCacheBytes }),
    lanesAtOnce: options.lanesAtOnce,
    nowMs: () => performance.now(),
  };
}

/** Tells the coordinator what is wrong here, unless it said itself that the run is over. */
async function explain(thrown: unknown, control: ControlStream, inbox: Inbox): Promise<void> {
  if (inbox.stopped.aborted) {
    await control.send({ case: 'leaving', value: {} }).catch(() => undefined);
    return;
  }
  if (thrown instanceof NonFiniteStep) await waitForTheAccused(inbox);
  await control.send({ case: 'failed', value: { error: toErrorMessage(thrown) } }).catch(() => undefined);
  throw thrown;
}

/** The worker whose lane is not finite names it; the others give it time, so that the run's error is the precise one. */
async function waitForTheAccused({ stopped }: Inbox): Promise<void> {
  if (stopped.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, accusedWaitMs);
    stopped.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
