import type { ApplyScalars, GradientSegment, ProgramSource, VariableSpec } from '@collimator/engine';
import { DataType } from '../gen/tensorflow_pb.ts';
import { dataType, floats } from '../graph/attributes.ts';
import { afterNode, type GraphBuilder, type NodeOutput } from '../graph/graph-builder.ts';
import type { VariableNodes } from '../graph/variables.ts';
import { optimizerRule } from './optimizer-rule.ts';
import { emitStatistics } from './statistics.ts';

export type UpdateSource = NonNullable<ProgramSource['update']>;

/** The nodes through which an update is run. It takes two runs: the norm first, so that nothing is changed by a bad one. */
export interface UpdateGraph {
  /** Placeholder of the flat vector, summed over all lanes. */
  readonly vector: NodeOutput;
  /** Half the sum of squares of the gradient sums. */
  readonly halfSquares: NodeOutput;
  /** Placeholder of what gradient sums are divided by: the sample count, times the share by which clipping shortens. */
  readonly divisor: NodeOutput;
  /** Placeholders of the optimizer's scalars. */
  readonly scalar: (name: string) => NodeOutput;
  readonly scalars: (step: ApplyScalars) => Readonly<Record<string, number>>;
  /** Runs the whole update. */
  readonly apply: NodeOutput;
}

/** Names of the slots that an update keeps for its weights, in a fixed order. */
export function slotNames({ layout, optimizer }: UpdateSource): string[] {
  const { slots } = optimizerRule(optimizer);
  return slots.flatMap((slot) => layout.gradients.map(({ variable }) => `${slot}/${variable}`));
}

/** Adds the update of all weights, slots and statistics from one flat vector. */
export function emitUpdate(
  builder: GraphBuilder,
  source: UpdateSource,
  specs: ReadonlyMap<string, VariableSpec>,
  variables: VariableNodes,
): UpdateGraph {
  const rule = optimizerRule(source.optimizer);
  const vector = builder.placeholder('update/vector', DataType.FLOAT, [source.layout.length]);
  const divisor = builder.placeholder('update/divisor', DataType.FLOAT, []);
  const scalar = scalarPlaceholders(builder);
  const segments = source.layout.gradients.map((segment) => ({
    segment,
    sums: gradientSums(builder, vector, segment),
  }));
  const weights = segments.map(({ segment, sums }) => {
    const { variable } = segment;
    const prefix = `update/weight/${variable}`;
    const spec = specs.get(variable);
    return rule.emit(builder, {
      prefix,
      variable: variables.handle(variable),
      slots: rule.slots.map((slot) => variables.handle(`${slot}/${variable}`)),
      gradient: meanGradient(builder, prefix, sums, divisor, spec?.shape ?? []),
      decays: spec?.decays ?? false,
      scalar,
    });
  });
  const done = [...weights, ...emitAllStatistics(builder, source, vector, variables)].map(afterNode);
  return {
    vector,
    divisor,
    scalar,
    scalars: rule.scalars,
    halfSquares: emitHalfSquares(
      builder,
      segments.map(({ sums }) => sums),
    ),
    apply: builder.add({ name: 'update/apply', operation: 'NoOp', inputs: done }),
  };
}

/** A placeholder for each name, made when it is first asked for. */
function scalarPlaceholders(builder: GraphBuilder): (name: string) => NodeOutput {
  const made = new Map<string, NodeOutput>();
  return (name) => {
    const placeholder = made.get(name) ?? builder.placeholder(`update/scalar/${name}`, DataType.FLOAT, []);
    made.set(name, placeholder);
    return placeholder;
  };
}

function slice(builder: GraphBuilder, name: string, vector: NodeOutput, offset: number, length: number): NodeOutput {
  const begin = builder.integers(`${name}/begin`, [offset]);
  const size = builder.integers(`${name}/size`, [length]);
  const attributes = { ...floats, Index: dataType(DataType.INT32) };
  return builder.add({ name, operation: 'Slice', inputs: [vector, begin, size], attributes });
}

function gradientSums(
  builder: GraphBuilder,
  vector: NodeOutput,
  { variable, offset, length }: GradientSegment,
): NodeOutput {
  return slice(builder, `update/gradient/${variable}`, vector, offset, length);
}

function meanGradient(
  builder: GraphBuilder,
  prefix: string,
  sums: NodeOutput,
  divisor: NodeOutput,
  shape: readonly number[],
): NodeOutput {
  const mean = builder.float(`${prefix}/mean`, 'RealDiv', [sums, divisor]);
  const inputs = [mean, builder.integers(`${prefix}/shape`, shape)];
  return builder.add({ name: `${prefix}/gradient`, operation: 'Reshape', inputs, attributes: floats });
}

/** One sum per weight, then their sum in the weights' order: the same order on every machine. */
function emitHalfSquares(builder: GraphBuilder, gradients: readonly NodeOutput[]): NodeOutput {
  const squares = gradients.map((sums, index) => builder.float(`update/norm/${index}`, 'L2Loss', [sums]));
  return squares.reduce((total, next, index) => builder.float(`update/norm/sum.${index}`, 'AddV2', [total, next]));
}

function emitAllStatistics(
  builder: GraphBuilder,
  { layout }: UpdateSource,
  vector: NodeOutput,
  variables: VariableNodes,
): NodeOutput[] {
  return layout.moments.flatMap((moments) => {
    const prefix = `update/statistic/${moments.mean}`;
    const part = (name: string, offset: number, length: number): NodeOutput =>
      slice(builder, `${prefix}/${name}`, vector, offset, length);
    return emitStatistics(builder, {
      prefix,
      mean: variables.handle(moments.mean),
      variance: variables.handle(moments.variance),
      count: part('count', moments.countOffset, 1),
      sum: part('sum', moments.sumOffset, moments.channels),
      sumOfSquares: part('sumOfSquares', moments.sumOfSquaresOffset, moments.channels),
      momentum: moments.momentum,
    });
  });
}
