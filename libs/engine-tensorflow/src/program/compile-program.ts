import type { Program, ProgramSource } from '@collimator/engine';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { emitTrace } from '../graph/traced-graph.ts';
import { VariableNodes } from '../graph/variables.ts';
import type { SessionRunner } from '../session/runner.ts';
import { Session } from '../session/session.ts';
import type { Tracer } from '../trace/tracer.ts';
import { elementsOf } from '../trace/trace.ts';
import { emitUpdate, slotNames } from '../update/update-graph.ts';
import { assertSoundSource } from './check-source.ts';
import { TensorflowProgram } from './tensorflow-program.ts';

export interface Compiler {
  readonly tracer: Tracer;
  readonly runner: SessionRunner;
  /** Runs that compute at once, and operations of an update that run at once. */
  readonly cores: number;
}

/** Traces every graph, joins them with the update in one TensorFlow graph, opens it and stores the initial values. */
export async function compileProgram({ tracer, runner, cores }: Compiler, source: ProgramSource): Promise<Program> {
  assertSoundSource(source);
  const { variables: specs, update } = source;
  const traces = source.graphs.map((graph) => ({ graph, trace: tracer.trace(graph, specs) }));

  const builder = new GraphBuilder();
  const slots = update === undefined ? [] : slotNames(update);
  const shapes = new Map(specs.map(({ name, shape }) => [name, shape]));
  const slotArrays = slots.map((name) => ({ name, shape: shapes.get(name.slice(name.indexOf('/') + 1)) ?? [] }));
  const variables = new VariableNodes(builder, [...specs, ...slotArrays]);
  const handles = new Map(specs.map(({ name }) => [name, variables.handle(name)]));
  const graphs = traces.map(({ graph, trace }) => emitTrace(builder, graph, trace, handles));
  const updateGraph =
    update === undefined
      ? undefined
      : emitUpdate(builder, update, new Map(specs.map((spec) => [spec.name, spec])), variables);

  const session = new Session(runner, builder.serialize(), cores);
  const program = new TensorflowProgram({ session, graphs, variables, slots, update, updateGraph });
  await program.write(
    new Map([
      ...specs.map(({ name, initial }): [string, Float32Array] => [name, initial]),
      ...slotArrays.map(({ name, shape }): [string, Float32Array] => [name, new Float32Array(elementsOf(shape))]),
    ]),
  );
  return program;
}
