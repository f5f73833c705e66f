import type { GraphSource } from '@collimator/engine';
import { type MomentSums, startTracing } from '@collimator/layers';
import type { LossSums } from '@collimator/losses';
import {
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  concat1d,
  dispose,
  keep,
  reshape,
  scalar,
  valueAndGrads,
} from '@tensorflow/tfjs-core';
import { dropoutInput, imagesInput, inputNames, labelsInput } from './graph-inputs.ts';
import type { Network } from './network.ts';

type Tensors = Readonly<Record<string, Tensor>>;

/** Name of the graph of lanes with so many samples. */
export function laneGraphName(samples: number): string {
  return `lane/${samples}`;
}

/** The graph of one lane: forward, loss, backward; its result is the flat vector that `layOutVector` describes. */
export function laneGraph(network: Network, sampleShape: readonly number[], samples: number): GraphSource {
  const { dropoutOperations } = network.declaration;
  return {
    name: laneGraphName(samples),
    inputs: [
      imagesInput(samples, sampleShape),
      labelsInput(samples, network.labelForm),
      ...(dropoutOperations === 0 ? [] : [dropoutInput(dropoutOperations)]),
    ],
    build: (inputs, variables) => laneVector(network, inputs, variables),
  };
}

function laneVector(network: Network, inputs: Tensors, variables: Tensors): Tensor1D {
  const lane = runLane(network, inputs, variables);
  const parts = [
    ...lane.gradients,
    ...lane.moments.flatMap(({ count, sum_C, sumOfSquares_C }) => [count, sum_C, sumOfSquares_C]),
    lane.loss,
    scalar(lane.count),
    ...lane.metrics,
  ];
  const vector = concat1d(parts.map((part) => reshape(part, [part.size])));
  dispose(parts);
  return vector;
}

interface LaneResult extends LossSums {
  readonly gradients: readonly Tensor[];
  readonly moments: readonly MomentSums[];
}

/** Runs forward and backward. Automatic differentiation keeps only its own results, so all others are kept by hand. */
function runLane({ forward, loss, declaration }: Network, inputs: Tensors, variables: Tensors): LaneResult {
  const weights = declaration.variables.filter(({ role }) => role === 'weight').map(({ name }) => variables[name]);
  const dropout = inputs[inputNames.dropout] as Tensor2D | undefined;
  const { scope, moments } = startTracing({
    variables,
    training: true,
    ...(dropout === undefined ? {} : { dropoutKeys: dropout }),
  });
  let observed: Omit<LossSums, 'loss'> = { count: 0, metrics: [] };
  const differentiate = valueAndGrads((): Scalar => {
    const outputs = forward(scope, inputs[inputNames.images] as Tensor4D);
    const { loss: lossSum, count, metrics } = loss.sums(outputs, inputs[inputNames.labels]);
    observed = { count, metrics: metrics.map((metric) => keep(metric)) };
    return lossSum;
  });
  const { value, grads } = differentiate(weights);
  return { loss: value, ...observed, gradients: grads, moments };
}
