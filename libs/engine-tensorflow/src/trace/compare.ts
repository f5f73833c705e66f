import { isDeepStrictEqual } from 'node:util';
import type { TensorValues } from '../tfjs/binding.ts';
import { describeOrigin } from './origin.ts';
import { untraceable } from './refusal.ts';
import type { RecordedConstant } from './recorder.ts';
import type { Reference, Trace, TracedOperation } from './trace.ts';

/** Operations of TensorFlow whose results depend on a hidden counter. */
const hiddenRandomness: ReadonlySet<string> = new Set([
  'Multinomial',
  'ParameterizedTruncatedNormal',
  'RandomGamma',
  'RandomPoisson',
  'RandomPoissonV2',
  'RandomShuffle',
  'RandomStandardNormal',
  'RandomUniform',
  'RandomUniformInt',
  'TruncatedNormal',
]);

const keyedRandomness =
  "make random numbers with TensorFlow's stateless operations (StatelessRandomUniform), keyed by an input of the graph";

const sameEveryTime = 'let the graph depend on its inputs and variables alone';

/** Throws `engine_untraceable` for random operations that would not give the same numbers again. */
export function refuseHiddenRandomness(graph: string, trace: Trace): void {
  const random = trace.operations.find(({ name }) => hiddenRandomness.has(name));
  if (random === undefined) return;
  throw untraceable(graph, `operation ${random.name} draws from a hidden counter`, { next: keyedRandomness });
}

/**
 * Throws `engine_untraceable` unless two traces of one graph, made with unlike inputs and unlike variables, are the same
 * operations on the same constants: whatever differs would freeze into the compiled graph.
 */
export function assertSameTrace(graph: string, first: Trace, second: Trace): void {
  const numbers = new Map<TracedOperation, number>();
  [first, second].forEach((trace) => {
    trace.operations.forEach((operation, index) => numbers.set(operation, index));
  });
  first.operations.forEach((operation, index) => {
    const other = second.operations[index];
    if (other === undefined || !sameCall(operation, other)) throw differentOperations(graph, index, operation, other);
    operation.inputs.forEach((input, position) => {
      compareReferences(graph, `operation ${operation.name}`, input, other.inputs[position], numbers);
    });
  });
  const extra = second.operations[first.operations.length];
  if (extra !== undefined) throw differentOperations(graph, first.operations.length, undefined, extra);
  compareReferences(graph, 'its result', first.result, second.result, numbers);
}

function sameCall(first: TracedOperation, second: TracedOperation): boolean {
  return (
    first.name === second.name &&
    first.inputs.length === second.inputs.length &&
    isDeepStrictEqual(first.attributes, second.attributes) &&
    isDeepStrictEqual(first.outputs.map(shapeAndType), second.outputs.map(shapeAndType))
  );
}

function shapeAndType({ shape, dtype }: { shape: readonly number[]; dtype: number }): unknown {
  return { shape, dtype };
}

function differentOperations(
  graph: string,
  index: number,
  first: TracedOperation | undefined,
  second: TracedOperation | undefined,
): Error {
  const names = [first, second].map((operation) => operation?.name ?? 'nothing');
  return untraceable(
    graph,
    `its operation ${index + 1} was ${names.join(' on one call and ')} on the next, or had other attributes or shapes`,
    {
      next: sameEveryTime,
    },
  );
}

function compareReferences(
  graph: string,
  reader: string,
  first: Reference,
  second: Reference | undefined,
  numbers: ReadonlyMap<TracedOperation, number>,
): void {
  if (first.kind === 'constant' && second?.kind === 'constant') {
    compareConstants(graph, reader, first.constant, second.constant);
    return;
  }
  if (second !== undefined && sameSource(first, second, numbers)) return;
  throw untraceable(graph, `${reader} read another tensor on the second call`, { next: sameEveryTime });
}

function sameSource(first: Reference, second: Reference, numbers: ReadonlyMap<TracedOperation, number>): boolean {
  if (first.kind === 'output' && second.kind === 'output') {
    return first.index === second.index && numbers.get(first.operation) === numbers.get(second.operation);
  }
  if (first.kind === 'constant' || second.kind === 'constant') return false;
  if (first.kind === 'output' || second.kind === 'output') return false;
  return first.kind === second.kind && first.name === second.name;
}

function compareConstants(graph: string, reader: string, first: RecordedConstant, second: RecordedConstant): void {
  if (
    first.dtype === second.dtype &&
    isDeepStrictEqual(first.shape, second.shape) &&
    sameBits(first.values, second.values)
  ) {
    return;
  }
  const maker = describeOrigin(second.origin);
  throw untraceable(
    graph,
    `${reader} reads values that change from call to call, made by ${maker}; they would freeze`,
    {
      next: maker.includes('random') || maker.includes('dropout') ? keyedRandomness : sameEveryTime,
    },
  );
}

function sameBits(first: TensorValues, second: TensorValues): boolean {
  return Buffer.from(first.buffer, first.byteOffset, first.byteLength).equals(
    Buffer.from(second.buffer, second.byteOffset, second.byteLength),
  );
}
