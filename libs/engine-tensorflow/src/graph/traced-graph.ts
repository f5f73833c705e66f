import type { GraphSource } from '@collimator/engine';
import { CollimatorError } from '@collimator/errors';
import { DataType } from '../gen/tensorflow_pb.ts';
import type { RecordedConstant } from '../trace/recorder.ts';
import { elementsOf, type Reference, shapeOfReference, type Trace, type TracedOperation } from '../trace/trace.ts';
import { recordedAttribute } from './attributes.ts';
import type { GraphBuilder, NodeOutput } from './graph-builder.ts';

/** A piece of a graph's flat result: one output and the place where its floats belong. */
interface ResultPart {
  readonly output: NodeOutput;
  readonly offset: number;
  readonly length: number;
}

/** A graph of the program inside the one TensorFlow graph. */
export interface TracedGraph {
  readonly source: GraphSource;
  /** Placeholder of each input, by the input's name. */
  readonly inputs: ReadonlyMap<string, NodeOutput>;
  /** Together they cover the result. */
  readonly parts: readonly ResultPart[];
  /** Floats in the result. */
  readonly length: number;
}

/**
 * Writes one trace into a graph under construction; `variables` are the handles of the program's variables. A result that
 * is one concatenation is left in its parts, so that each is copied once, from where it was computed to where it is needed.
 */
export function emitTrace(
  builder: GraphBuilder,
  source: GraphSource,
  trace: Trace,
  variables: ReadonlyMap<string, NodeOutput>,
): TracedGraph {
  const inputs = emitInputs(builder, source);
  const nodes = new TraceNodes(builder, `graph/${source.name}`, inputs, variables);
  const concatenation = concatenationOf(trace.result);
  for (const operation of trace.operations) if (operation !== concatenation) nodes.emit(operation);
  const pieces = concatenation === undefined ? [trace.result] : concatenation.inputs.slice(0, -1);
  return { source, inputs, parts: emitParts(nodes, pieces), length: trace.length };
}

function emitInputs(builder: GraphBuilder, source: GraphSource): Map<string, NodeOutput> {
  return new Map(
    source.inputs.map(({ name, dtype, shape }) => {
      const type = dtype === 'int32' ? DataType.INT32 : DataType.FLOAT;
      return [name, builder.placeholder(`graph/${source.name}/input/${name}`, type, shape)];
    }),
  );
}

function concatenationOf(result: Reference): TracedOperation | undefined {
  return result.kind === 'output' && result.operation.name === 'ConcatV2' ? result.operation : undefined;
}

/** Nodes of TensorFlow fetch once what is fetched, so every part gets a node of its own. */
function emitParts(nodes: TraceNodes, pieces: readonly Reference[]): ResultPart[] {
  let offset = 0;
  return pieces.map((piece, index) => {
    const { output, length } = nodes.emitResult(piece, index);
    const part = { output, offset, length };
    offset += length;
    return part;
  });
}

/** The nodes of one trace: each operation, constant and variable read once. */
class TraceNodes {
  readonly #builder: GraphBuilder;
  readonly #prefix: string;
  readonly #inputs: ReadonlyMap<string, NodeOutput>;
  readonly #variables: ReadonlyMap<string, NodeOutput>;
  readonly #operations = new Map<TracedOperation, string>();
  readonly #constants = new Map<RecordedConstant, NodeOutput>();
  readonly #reads = new Map<string, NodeOutput>();

  constructor(
    builder: GraphBuilder,
    prefix: string,
    inputs: ReadonlyMap<string, NodeOutput>,
    variables: ReadonlyMap<string, NodeOutput>,
  ) {
    this.#builder = builder;
    this.#prefix = prefix;
    this.#inputs = inputs;
    this.#variables = variables;
  }

  emit(operation: TracedOperation): void {
    const node = `${this.#prefix}/${operation.name}.${this.#operations.size}`;
    const inputs = operation.inputs.map((input) => this.#resolve(input));
    const attributes = Object.fromEntries(operation.attributes.map((each) => [each.name, recordedAttribute(each)]));
    this.#builder.add({ name: node, operation: operation.name, inputs, attributes });
    this.#operations.set(operation, node);
  }

  emitResult(piece: Reference, index: number): { output: NodeOutput; length: number } {
    const output = this.#builder.float(`${this.#prefix}/result.${index}`, 'Identity', [this.#resolve(piece)]);
    return { output, length: elementsOf(shapeOfReference(piece)) };
  }

  #resolve(reference: Reference): NodeOutput {
    switch (reference.kind) {
      case 'input':
        return known(this.#inputs, reference.name);
      case 'variable':
        return remembered(this.#reads, reference.name, () => this.#readVariable(reference.name));
      case 'constant':
        return remembered(this.#constants, reference.constant, () => this.#constant(reference.constant));
      case 'output':
        return { node: known(this.#operations, reference.operation), index: reference.index };
    }
  }

  #readVariable(name: string): NodeOutput {
    return this.#builder.readVariable(`${this.#prefix}/variable/${name}`, known(this.#variables, name));
  }

  #constant({ dtype, shape, values }: RecordedConstant): NodeOutput {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return this.#builder.constant(`${this.#prefix}/constant.${this.#constants.size}`, dtype as DataType, shape, bytes);
  }
}

function known<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value {
  const value = map.get(key);
  if (value === undefined) throw new CollimatorError('bug', `a traced graph lacks ${String(key)}`);
  return value;
}

function remembered<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
