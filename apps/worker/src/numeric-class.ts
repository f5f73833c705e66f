import { type Hash, createHash } from 'node:crypto';
import { createAugmenter } from '@collimator/augmentation';
import type { Program } from '@collimator/engine';
import type { Job } from '@collimator/job';
import { RandomStream, deriveSeed } from '@collimator/random';
import { type TrainingProgram, probeRuns } from '@collimator/training';

/** What the numeric class is computed with. */
export interface Probed {
  readonly job: Job;
  readonly program: Program;
  readonly training: TrainingProgram;
  /** Height, width, channels. */
  readonly sampleShape: readonly number[];
}

const probeSeed = 0;

/**
 * Hash of everything that decides bits, computed on fixed inputs and the initial weights: every lane and evaluation graph,
 * one update of the optimizer (undone afterwards), and one augmented sample. Equal class, equal bits.
 */
export async function numericClass(probed: Probed): Promise<string> {
  const hash = createHash('sha256');
  const lanes = await hashGraphs(probed, hash);
  if (lanes !== undefined) await hashUpdate(probed, lanes, hash);
  hashSample(probed, hash);
  return hash.digest('hex');
}

/** Returns the vector of the first lane graph: the probe's update. */
async function hashGraphs({ program, training }: Probed, hash: Hash): Promise<Float32Array | undefined> {
  let update: Float32Array | undefined;
  for (const { graph, inputs } of probeRuns(training.source)) {
    const result = new Float32Array(program.outputLength(graph));
    await program.run(graph, inputs, result);
    hash.update(graph).update(bytesOf(result));
    if (result.length === training.layout.length) update ??= result;
  }
  return update;
}

async function hashUpdate({ job, program, training }: Probed, vector: Float32Array, hash: Hash): Promise<void> {
  const names = [...training.source.variables.map(({ name }) => name), ...program.slots];
  const before = await program.read(names);
  await program.apply(vector, { learningRate: job.spec.training.optimizer.learningRate, update: 1 });
  for (const [name, values] of await program.read(names)) hash.update(name).update(bytesOf(values));
  await program.write(before);
}

function hashSample({ job, sampleShape }: Probed, hash: Hash): void {
  const augment = createAugmenter(job.spec.data.augmentation, probeSeed, sampleShape);
  const stream = new RandomStream(deriveSeed(probeSeed, 'probe/sample'));
  const length = sampleShape.reduce((product, size) => product * size, 1);
  const { image } = augment({ image: Float32Array.from({ length }, () => stream.uniform()) }, 0, 0);
  hash.update(bytesOf(image));
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
