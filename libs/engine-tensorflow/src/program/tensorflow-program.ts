import type { ApplyReport, ApplyScalars, GraphInput, Program } from '@collimator/engine';
import { CollimatorError } from '@collimator/errors';
import type { NodeOutput } from '../graph/graph-builder.ts';
import type { TracedGraph } from '../graph/traced-graph.ts';
import type { VariableNode, VariableNodes } from '../graph/variables.ts';
import type { RunnerFeed } from '../session/runner.ts';
import type { Session } from '../session/session.ts';
import { dataTypes } from '../tfjs/binding.ts';
import { elementsOf } from '../trace/trace.ts';
import { normOfSums, scaleGradient } from '../update/gradient-norm.ts';
import type { UpdateGraph, UpdateSource } from '../update/update-graph.ts';
import { Occupancy } from './occupancy.ts';

export interface ProgramParts {
  readonly session: Session;
  readonly graphs: readonly TracedGraph[];
  readonly variables: VariableNodes;
  readonly slots: readonly string[];
  readonly update: UpdateSource | undefined;
  readonly updateGraph: UpdateGraph | undefined;
}

/** A program in one TensorFlow session. */
export class TensorflowProgram implements Program {
  readonly graphs: readonly string[];
  readonly slots: readonly string[];
  readonly #parts: ProgramParts;
  readonly #graphs: ReadonlyMap<string, TracedGraph>;
  readonly #occupancy = new Occupancy();

  constructor(parts: ProgramParts) {
    this.#parts = parts;
    this.#graphs = new Map(parts.graphs.map((graph) => [graph.source.name, graph]));
    this.graphs = [...this.#graphs.keys()];
    this.slots = parts.slots;
  }

  outputLength(graph: string): number {
    return this.#graph(graph).length;
  }

  async run(
    name: string,
    inputs: Readonly<Record<string, Float32Array | Int32Array>>,
    out: Float32Array,
  ): Promise<void> {
    const graph = this.#graph(name);
    if (out.length !== graph.length)
      throw misuse(`graph "${name}" gives ${graph.length} floats, room is for ${out.length}`);
    const feeds = graph.source.inputs.map((input) => inputFeed(graph, input, inputs[input.name]));
    const fetches = graph.parts.map(({ output, offset, length }) => ({
      node: output.node,
      output: output.index,
      into: out.subarray(offset, offset + length),
    }));
    await this.#occupancy.share(() => this.#parts.session.run({ feeds, fetches, placement: 'one-thread' }));
  }

  async apply(reduced: Float32Array, step: ApplyScalars): Promise<ApplyReport> {
    const { update, updateGraph } = this.#parts;
    if (update === undefined || updateGraph === undefined) throw misuse('the program has no update');
    const { length } = update.layout;
    if (reduced.length !== length) throw misuse(`the update takes ${length} floats, ${reduced.length} were given`);
    return this.#occupancy.own(async () => {
      const count = reduced[update.layout.countOffset] ?? 0;
      const vector = floatFeed(updateGraph.vector, [length], reduced);
      const sumsNorm = normOfSums(await this.#halfSquares(updateGraph, vector), reduced, update.layout.gradients);
      const { gradientNorm, divisor } = scaleGradient(sumsNorm, count, update.clipNorm);
      const scalars = Object.entries(updateGraph.scalars(step));
      const feeds = [
        vector,
        scalarFeed(updateGraph.divisor, divisor),
        ...scalars.map(([name, value]) => scalarFeed(updateGraph.scalar(name), value)),
      ];
      await this.#occupancy.change(() =>
        this.#parts.session.run({ feeds, targets: [updateGraph.apply.node], placement: 'pool' }),
      );
      return { gradientNorm };
    });
  }

  async #halfSquares({ halfSquares }: UpdateGraph, vector: RunnerFeed): Promise<number> {
    const into = new Float32Array(1);
    const fetches = [{ node: halfSquares.node, output: halfSquares.index, into }];
    await this.#parts.session.run({ feeds: [vector], fetches, placement: 'pool' });
    return into[0] ?? NaN;
  }

  async read(names: readonly string[]): Promise<ReadonlyMap<string, Float32Array>> {
    const entries = names.map((name) => ({ name, node: this.#parts.variables.get(name) }));
    const values = new Map(entries.map(({ name, node }) => [name, new Float32Array(elementsOf(node.shape))]));
    const fetches = entries.map(({ name, node }) => ({
      node: node.read.node,
      output: 0,
      into: values.get(name) as Float32Array,
    }));
    await this.#occupancy.own(() => this.#parts.session.run({ fetches, placement: 'pool' }));
    return values;
  }

  async write(values: ReadonlyMap<string, Float32Array>): Promise<void> {
    const entries = [...values].map(([name, array]) => ({ node: this.#fitting(name, array), array }));
    const feeds = entries.map(({ node, array }) => ({ ...floatFeed(node.fed, node.shape, array), copy: true }));
    const targets = entries.map(({ node }) => node.assign.node);
    await this.#occupancy.own(() =>
      this.#occupancy.change(() => this.#parts.session.run({ feeds, targets, placement: 'pool' })),
    );
  }

  async close(): Promise<void> {
    await this.#occupancy.end();
    this.#parts.session.close();
  }

  #fitting(name: string, { length }: Float32Array): VariableNode {
    const node = this.#parts.variables.get(name);
    const floats = elementsOf(node.shape);
    if (length !== floats) throw misuse(`variable "${name}" has ${floats} floats, ${length} were to be written`);
    return node;
  }

  #graph(name: string): TracedGraph {
    const graph = this.#graphs.get(name);
    if (graph === undefined) throw misuse(`the program has no graph "${name}"; it has ${this.graphs.join(', ')}`);
    return graph;
  }
}

function inputFeed(graph: TracedGraph, input: GraphInput, values: Float32Array | Int32Array | undefined): RunnerFeed {
  const place = `input "${input.name}" of graph "${graph.source.name}"`;
  if (values === undefined) throw misuse(`${place} is missing`);
  const dtype = values instanceof Int32Array ? 'int32' : 'float32';
  const expected = elementsOf(input.shape);
  if (dtype !== input.dtype || values.length !== expected) {
    throw misuse(`${place} is ${values.length} of ${dtype} where ${expected} of ${input.dtype} belong`);
  }
  const node = graph.inputs.get(input.name)?.node ?? '';
  return { node, type: dataTypes[dtype], shape: input.shape, values, copy: false };
}

function floatFeed(node: NodeOutput, shape: readonly number[], values: Float32Array): RunnerFeed {
  return { node: node.node, type: dataTypes.float32, shape, values, copy: false };
}

function scalarFeed(node: NodeOutput, value: number): RunnerFeed {
  return floatFeed(node, [], Float32Array.of(value));
}

function misuse(message: string): CollimatorError {
  return new CollimatorError('bug', message);
}
