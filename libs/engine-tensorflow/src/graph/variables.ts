import { CollimatorError } from '@collimator/errors';
import { DataType } from '../gen/tensorflow_pb.ts';
import type { GraphBuilder, NodeOutput } from './graph-builder.ts';

/** A float32 array that lives in the session: a weight, a statistic, or an optimizer's slot. */
export interface StoredArray {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Nodes that hold, read and write one stored array. */
export interface VariableNode {
  readonly shape: readonly number[];
  readonly handle: NodeOutput;
  readonly read: NodeOutput;
  /** Placeholder of what `assign` stores. */
  readonly fed: NodeOutput;
  readonly assign: NodeOutput;
}

/** All stored arrays of a program, by name. */
export class VariableNodes {
  readonly #nodes: ReadonlyMap<string, VariableNode>;

  constructor(builder: GraphBuilder, arrays: readonly StoredArray[]) {
    this.#nodes = new Map(arrays.map((array) => [array.name, emitVariable(builder, array)]));
  }

  /** Throws `bug` for a name that the program has not. */
  get(name: string): VariableNode {
    const node = this.#nodes.get(name);
    if (node === undefined) {
      const names = [...this.#nodes.keys()].join(', ');
      throw new CollimatorError('bug', `the program has no variable "${name}"; it has ${names}`);
    }
    return node;
  }

  handle(name: string): NodeOutput {
    return this.get(name).handle;
  }
}

function emitVariable(builder: GraphBuilder, { name, shape }: StoredArray): VariableNode {
  const handle = builder.variable(`stored/${name}`, shape);
  const fed = builder.placeholder(`stored/${name}/fed`, DataType.FLOAT, shape);
  return {
    shape,
    handle,
    fed,
    read: builder.readVariable(`stored/${name}/read`, handle),
    assign: builder.onVariable(`stored/${name}/assign`, 'AssignVariableOp', [handle, fed]),
  };
}
