import type { BindingAttribute, BindingTensor } from '../tfjs/binding.ts';
import type { RecordedConstant, Recording } from './recorder.ts';
import { untraceable } from './refusal.ts';

/** Where an operation's input, or the result, comes from. */
export type Reference =
  | { readonly kind: 'input'; readonly name: string; readonly shape: readonly number[] }
  | { readonly kind: 'variable'; readonly name: string; readonly shape: readonly number[] }
  | { readonly kind: 'constant'; readonly constant: RecordedConstant }
  | { readonly kind: 'output'; readonly operation: TracedOperation; readonly index: number };

export interface TracedOperation {
  readonly name: string;
  readonly attributes: readonly BindingAttribute[];
  readonly inputs: readonly Reference[];
  readonly outputs: readonly BindingTensor[];
}

/** A pure function over inputs and variables, as the operations that its result needs, in the order in which they ran. */
export interface Trace {
  readonly operations: readonly TracedOperation[];
  readonly result: Reference;
  /** Floats in the result. */
  readonly length: number;
}

/** Shape of the tensor that a reference means. */
export function shapeOfReference(reference: Reference): readonly number[] {
  switch (reference.kind) {
    case 'output':
      return reference.operation.outputs[reference.index]?.shape ?? [];
    case 'constant':
      return reference.constant.shape;
    default:
      return reference.shape;
  }
}

export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Ids that the binding gave to what a graph is a function of. */
export type KnownTensors = ReadonlyMap<number, Reference>;

/**
 * Replaces tensor ids by references. Throws `engine_untraceable` where an operation reads a tensor that was made before
 * the graph was built and is neither an input nor a variable.
 */
export function linkTrace(graph: string, recording: Recording, known: KnownTensors, resultId: number): Trace {
  const references = new Map(known);
  for (const [id, constant] of recording.constants) references.set(id, { kind: 'constant', constant });
  const resolve = (id: number, reader: string): Reference => {
    const reference = references.get(id);
    if (reference !== undefined) return reference;
    throw untraceable(graph, `${reader} reads a tensor made outside of its build function`, {
      next: 'make it inside, or pass it as an input or a variable',
    });
  };
  const operations = recording.operations.map(({ name, attributes, inputs, outputs }) => {
    const operation = { name, attributes, outputs, inputs: inputs.map((id) => resolve(id, `operation ${name}`)) };
    outputs.forEach(({ id }, index) => references.set(id, { kind: 'output', operation, index }));
    return operation;
  });
  const result = resolve(resultId, 'its result');
  return { operations: neededBy(result, operations), result, length: elementsOf(shapeOfReference(result)) };
}

/** The operations that a result needs, in their own order. */
function neededBy(result: Reference, operations: readonly TracedOperation[]): TracedOperation[] {
  const needed = new Set<TracedOperation>();
  const need = (reference: Reference): void => {
    if (reference.kind === 'output') needed.add(reference.operation);
  };
  need(result);
  for (const operation of operations.toReversed()) if (needed.has(operation)) operation.inputs.forEach(need);
  return operations.filter((operation) => needed.has(operation));
}
