import { CollimatorError } from '@collimator/errors';
import { evaluationUnits, inputNames } from '@collimator/training';
import type { Split } from '@collimator/datasets';
import { runLanes } from './run-lanes.ts';
import type { TrainingContext } from './training-context.ts';

/** Weights that give predictions which are not finite: the last update, though of finite sums, went too far. */
export class NonFiniteEvaluation extends CollimatorError {
  constructor(split: Split, step: number, lanes: readonly number[]) {
    const where = lanes.length === 0 ? 'lanes of other workers' : `lane ${lanes.join(', ')}`;
    super('non_finite', `step ${step}: the weights give predictions of ${split} that are not finite, in ${where}`, {
      next: 'lower the learning rate or set spec.training.clip; weights of earlier evaluations are kept',
    });
  }
}

/**
 * Evaluates the present weights on a split, together with all members: units belong to lanes, lanes are summed in the
 * tree. Returns the results of every sample, in sample order, on every worker.
 */
export async function evaluateInRound(
  context: TrainingContext,
  split: Split,
  round: number,
  step: number,
): Promise<Float32Array> {
  const { training, program, exchange, loaders, lanes, lanesAtOnce, dataset, nowMs } = context;
  const { floatsPerSample, readsLabels } = training.evaluation;
  const { samples } = dataset.content.splits[split];
  const units = evaluationUnits(samples, training.plan.lanes);

  async function runLane(lane: number): Promise<void> {
    const vector = exchange.laneBuffer(round, lane);
    vector.fill(0);
    for (const { unit, first, size, graph } of units.filter((candidate) => candidate.lane === lane)) {
      const batch = await loaders.evaluation(split, unit);
      const inputs = {
        [inputNames.images]: batch.images,
        ...(readsLabels ? { [inputNames.labels]: batch.labels } : {}),
      };
      const own = vector.subarray(first * floatsPerSample, (first + size) * floatsPerSample);
      await program.run(graph, inputs, own);
      batch.release();
    }
    exchange.laneReady(round, lane);
  }

  exchange.beginRound(round, samples * floatsPerSample);
  await runLanes(lanes, lanesAtOnce, runLane, nowMs);
  const { vector, finite, nonFiniteLanes } = await exchange.completed(round);
  if (!finite) throw new NonFiniteEvaluation(split, step, nonFiniteLanes);
  const results = vector.slice();
  exchange.release(round);
  return results;
}
