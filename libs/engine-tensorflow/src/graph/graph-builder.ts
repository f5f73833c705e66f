import { create, toBinary } from '@bufbuild/protobuf';
import { DataType, GraphSchema, type Node, NodeSchema } from '../gen/tensorflow_pb.ts';
import { type Attributes, constantValue, dataType, floats, shapeOf, text } from './attributes.ts';

/** One output of a node, or with `index` -1 the fact that the node has run (a control dependency). */
export interface NodeOutput {
  readonly node: string;
  readonly index: number;
}

export interface NodeCall {
  readonly name: string;
  readonly operation: string;
  readonly inputs?: readonly NodeOutput[];
  readonly attributes?: Attributes;
}

/** The version of TensorFlow's graph format that is written (TF_GRAPH_DEF_VERSION of 2.21 reads every one above 8). */
const graphFormatVersion = 1882;

/** Assembles one TensorFlow graph, node by node. Names must be unique; TensorFlow checks the rest when it imports it. */
export class GraphBuilder {
  readonly #nodes: Node[] = [];
  readonly #scalars = new Map<number, NodeOutput>();

  /** Adds a node and returns its first output. */
  add({ name, operation, inputs = [], attributes = {} }: NodeCall): NodeOutput {
    const input = inputs.map(({ node, index }) => (index < 0 ? `^${node}` : `${node}:${index}`));
    this.#nodes.push(create(NodeSchema, { name, op: operation, input, attr: { ...attributes } }));
    return { node: name, index: 0 };
  }

  /** A node whose one type attribute is float32. */
  float(name: string, operation: string, inputs: readonly NodeOutput[]): NodeOutput {
    return this.add({ name, operation, inputs, attributes: floats });
  }

  placeholder(name: string, type: DataType, shape: readonly number[]): NodeOutput {
    return this.add({ name, operation: 'Placeholder', attributes: { dtype: dataType(type), shape: shapeOf(shape) } });
  }

  constant(name: string, type: DataType, shape: readonly number[], bytes: Uint8Array): NodeOutput {
    const attributes = { dtype: dataType(type), value: constantValue(type, shape, bytes) };
    return this.add({ name, operation: 'Const', attributes });
  }

  /** A float32 scalar constant, the same node for the same value. */
  scalar(value: number): NodeOutput {
    const known = this.#scalars.get(value);
    if (known !== undefined) return known;
    const bytes = new Uint8Array(Float32Array.of(value).buffer);
    const made = this.constant(`scalar/${this.#scalars.size}`, DataType.FLOAT, [], bytes);
    this.#scalars.set(value, made);
    return made;
  }

  integers(name: string, values: readonly number[]): NodeOutput {
    return this.constant(name, DataType.INT32, [values.length], new Uint8Array(Int32Array.from(values).buffer));
  }

  /** A float32 variable that lives in the session. */
  variable(name: string, shape: readonly number[]): NodeOutput {
    const attributes = { dtype: dataType(DataType.FLOAT), shape: shapeOf(shape), shared_name: text(name) };
    return this.add({ name, operation: 'VarHandleOp', attributes });
  }

  readVariable(name: string, variable: NodeOutput): NodeOutput {
    return this.onVariable(name, 'ReadVariableOp', [variable]);
  }

  /** A node that reads or changes a variable: `AssignVariableOp`, `AssignAddVariableOp` and the like. */
  onVariable(name: string, operation: string, inputs: readonly NodeOutput[]): NodeOutput {
    return this.add({ name, operation, inputs, attributes: { dtype: dataType(DataType.FLOAT) } });
  }

  /** The graph as TensorFlow's GraphDef. */
  serialize(): Uint8Array {
    const versions = { producer: graphFormatVersion, minConsumer: 12 };
    return toBinary(GraphSchema, create(GraphSchema, { node: this.#nodes, versions }));
  }
}

/** Waiting for a node without reading from it. */
export function afterNode({ node }: NodeOutput): NodeOutput {
  return { node, index: -1 };
}
