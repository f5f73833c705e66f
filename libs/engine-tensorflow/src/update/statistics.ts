import type { MomentsSegment } from '@collimator/engine';
import type { GraphBuilder, NodeOutput } from '../graph/graph-builder.ts';

/** The moving statistics of one normalisation layer, and its pooled moments. */
export interface StatisticsUpdate {
  readonly prefix: string;
  readonly mean: NodeOutput;
  readonly variance: NodeOutput;
  /** One float: values per channel, n. */
  readonly count: NodeOutput;
  /** Σ(x−m) around the moving mean m, per channel. */
  readonly sum: NodeOutput;
  /** Σ(x−m)², per channel. */
  readonly sumOfSquares: NodeOutput;
  readonly momentum: MomentsSegment['momentum'];
}

/**
 * Adds the update of moving mean and variance from the moments of all lanes. With s = Σ(x−m)/n the pooled mean is m + s
 * and the pooled variance (Σ(x−m)²/n − s²)·n/(n−1): unbiased, as the moving variance of PyTorch's `BatchNorm2d` and of
 * TensorFlow's `FusedBatchNormV3`. Statistics are added to in place, so that they never share memory with what was fed.
 */
export function emitStatistics(builder: GraphBuilder, update: StatisticsUpdate): NodeOutput[] {
  const { prefix, mean, variance, count } = update;
  const float = (name: string, operation: string, ...inputs: NodeOutput[]): NodeOutput =>
    builder.float(`${prefix}/${name}`, operation, inputs);
  const share = builder.scalar(1 - update.momentum);
  const shift = float('shift', 'RealDiv', update.sum, count);
  const meanChange = float('meanChange', 'Mul', share, shift);

  const around = float('around', 'RealDiv', update.sumOfSquares, count);
  const spread = float('spread', 'Sub', around, float('shiftSquared', 'Square', shift));
  const biased = float('biased', 'Maximum', spread, builder.scalar(0));
  const others = float('others', 'Maximum', float('less', 'Sub', count, builder.scalar(1)), builder.scalar(1));
  const pooled = float('pooled', 'Mul', biased, float('bessel', 'RealDiv', count, others));
  const old = builder.readVariable(`${prefix}/old`, variance);
  const varianceChange = float('varianceChange', 'Mul', share, float('difference', 'Sub', pooled, old));
  return [
    builder.onVariable(`${prefix}/mean`, 'AssignAddVariableOp', [mean, meanChange]),
    builder.onVariable(`${prefix}/variance`, 'AssignAddVariableOp', [variance, varianceChange]),
  ];
}
