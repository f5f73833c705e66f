import { tensor, tidy, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core';
import type { GraphInput, GraphSource, VariableSpec } from '@collimator/engine';
import { CollimatorError } from '@collimator/errors';
import { assertSameTrace, refuseHiddenRandomness } from './compare.ts';
import type { Recorder } from './recorder.ts';
import { untraceable } from './refusal.ts';
import { elementsOf, linkTrace, type Reference, type Trace } from './trace.ts';

/** The part of tfjs's TensorFlow backend that tells under which id the addon knows a tensor, handing it over if need be. */
export interface IdentifyingBackend {
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
}

/** Two calls whose inputs and variables differ in every element, though both are valid labels, keys and images. */
type Call = 'first' | 'second';

function inputValues({ dtype, shape }: GraphInput, call: Call): Float32Array | Int32Array {
  const length = elementsOf(shape);
  const shift = call === 'first' ? 0 : 1;
  return dtype === 'int32'
    ? Int32Array.from({ length }, (_, index) => (index + shift) % 2)
    : Float32Array.from({ length }, (_, index) => ((index * 7 + shift * 3) % 11) / 11);
}

function variableValues({ initial }: VariableSpec, call: Call): Float32Array {
  return call === 'first' ? initial.slice() : initial.map((value) => value + 0.0625);
}

/** Names of stack frames that show where a value was made lie deep below tfjs's wrappers. */
const stackDepth = 40;

/** Turns build functions into traces by running them eagerly. */
export class Tracer {
  readonly #recorder: Recorder;
  readonly #backend: IdentifyingBackend;

  constructor(recorder: Recorder, backend: IdentifyingBackend) {
    this.#recorder = recorder;
    this.#backend = backend;
  }

  /** Traces a graph twice and refuses (`engine_untraceable`) what would not be the same the third time. */
  trace(source: GraphSource, variables: readonly VariableSpec[]): Trace {
    const first = this.#traceCall(source, variables, 'first');
    refuseHiddenRandomness(source.name, first);
    assertSameTrace(source.name, first, this.#traceCall(source, variables, 'second'));
    return first;
  }

  #traceCall(source: GraphSource, variables: readonly VariableSpec[], call: Call): Trace {
    const depth = Error.stackTraceLimit;
    Error.stackTraceLimit = stackDepth;
    try {
      let trace: Trace | undefined;
      tidy(() => {
        trace = this.#build(source, variables, call);
      });
      return trace as unknown as Trace;
    } catch (error) {
      if (error instanceof CollimatorError) throw error;
      throw untraceable(source.name, `its build function failed: ${String(error)}`, { cause: error });
    } finally {
      Error.stackTraceLimit = depth;
    }
  }

  #build(source: GraphSource, variables: readonly VariableSpec[], call: Call): Trace {
    const known = new Map<number, Reference>();
    const inputTensors: Record<string, Tensor> = {};
    for (const input of source.inputs) {
      const made = tensor(inputValues(input, call), [...input.shape], input.dtype);
      inputTensors[input.name] = made;
      known.set(this.#idOf(made), { kind: 'input', name: input.name, shape: input.shape });
    }
    const variableTensors: Record<string, Tensor> = {};
    for (const variable of variables) {
      const made = tensor(variableValues(variable, call), [...variable.shape], 'float32');
      variableTensors[variable.name] = made;
      known.set(this.#idOf(made), { kind: 'variable', name: variable.name, shape: variable.shape });
    }
    let resultId = -1;
    const recording = this.#recorder.record(() => {
      const result = source.build(inputTensors, variableTensors);
      assertFlat(source.name, result);
      resultId = this.#idOf(result);
    });
    return linkTrace(source.name, recording, known, resultId);
  }

  #idOf(made: Tensor): number {
    const [id] = this.#backend.getInputTensorIds([made]);
    if (id === undefined) throw new CollimatorError('bug', 'tfjs gave a tensor no id');
    return id;
  }
}

function assertFlat(graph: string, result: Tensor): void {
  if (result.rank === 1 && result.dtype === 'float32') return;
  const actual = `${result.dtype} of shape [${result.shape.join(', ')}]`;
  throw untraceable(graph, `it returned ${actual} where one flat float32 vector is needed`, {
    next: 'flatten and concatenate the results (tf.concat1d)',
  });
}
