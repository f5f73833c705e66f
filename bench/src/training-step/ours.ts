/**
 * Our side of the training step: one process, as many lanes at once as threads are given. Arguments: network, threads.
 * Everything that a step needs is counted: forward, backward, the summation tree, the state digest, the optimizer.
 */
import { ensureEngine, loadEngine } from '@collimator/engine-tensorflow';
import { RandomStream, deriveSeed } from '@collimator/random';
import { buildTrainingProgram } from '@collimator/training';
import { createTrainingStep, startLocalExchange } from '@collimator/worker';
import { serveMeasurements } from '../serve-measurements.ts';
import { type BenchmarkedNetwork, networks } from './jobs.ts';
import { syntheticLoaders } from './synthetic-loaders.ts';

async function createStep(network: BenchmarkedNetwork, threads: number): Promise<() => Promise<void>> {
  const { job, sampleShape, classes } = network;
  const { lanes, laneBatch } = job.spec.training;
  const engine = await loadEngine({ files: await ensureEngine({}), cores: threads });
  const training = buildTrainingProgram(job, {
    sampleShape,
    classes,
    trainSamples: lanes * laneBatch,
    evaluatedSamples: [],
  });
  const program = await engine.compile(training.source);
  const exchange = await startLocalExchange('bench', 0, 'bench');
  const allLanes = Array.from({ length: lanes }, (_, lane) => lane);
  await exchange.connect([{ worker: 0, address: exchange.address }], [allLanes], { epoch: 1, number: 1 });
  const labelsPerSample = job.spec.task === 'segmentation' ? sampleShape[0] * sampleShape[1] : 1;
  const stream = new RandomStream(deriveSeed(0, 'bench'));
  const loaders = syntheticLoaders(stream, {
    samples: laneBatch,
    floats: sampleShape[0] * sampleShape[1] * sampleShape[2],
    labels: labelsPerSample,
    classes,
  });
  const step = createTrainingStep({
    job,
    training,
    program,
    exchange,
    loaders,
    lanes: allLanes,
    lanesAtOnce: threads,
    nowMs: () => performance.now(),
  });
  let done = 0;
  return async () => {
    // The plan knows one step; what is fed and computed is the same in each.
    await step(0, done);
    done += 1;
  };
}

const [name = 'resnet18', threads = '2'] = process.argv.slice(2);
const network = networks[name];
if (network === undefined) throw new Error(`unknown network ${name}; there are ${Object.keys(networks).join(', ')}`);
await serveMeasurements(await createStep(network, Number(threads)), 3);
process.exit(0);
