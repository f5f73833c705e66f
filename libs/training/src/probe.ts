import type { GraphInput, GraphSource, ProgramSource } from '@collimator/engine';
import { RandomStream, deriveSeed } from '@collimator/random';

/** One run that a worker does at its start. */
export interface ProbeRun {
  readonly graph: string;
  readonly inputs: Readonly<Record<string, Float32Array | Int32Array>>;
}

const probeSeed = 0;

/**
 * Runs of every lane and evaluation graph on fixed pseudo-random inputs. The bits of their results, in this order and with
 * the initial weights, tell a worker's numeric class: processor, instruction set, driver and engine build are all in them.
 * Labels are 0 or 1, so that they fit any number of classes.
 */
export function probeRuns(source: ProgramSource): ProbeRun[] {
  return source.graphs.map(probeRun);
}

function probeRun(graph: GraphSource): ProbeRun {
  const inputs = graph.inputs.map((input) => [input.name, probeValues(graph.name, input)] as const);
  return { graph: graph.name, inputs: Object.fromEntries(inputs) };
}

function probeValues(graph: string, { name, dtype, shape }: GraphInput): Float32Array | Int32Array {
  const stream = new RandomStream(deriveSeed(probeSeed, `probe/${graph}/${name}`));
  const length = shape.reduce((product, size) => product * size, 1);
  return dtype === 'float32'
    ? Float32Array.from({ length }, () => stream.uniform())
    : Int32Array.from({ length }, () => stream.integer(2));
}
