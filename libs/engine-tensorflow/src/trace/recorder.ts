import type { BindingAttribute, BindingTensor, TensorflowBinding, TensorValues } from '../tfjs/binding.ts';

/** One TensorFlow operation that ran while a trace was recorded. Tensor ids are those of the binding, never used again. */
export interface RecordedOperation {
  readonly name: string;
  readonly attributes: readonly BindingAttribute[];
  readonly inputs: readonly number[];
  readonly outputs: readonly BindingTensor[];
}

/** A tensor whose values JavaScript made while a trace was recorded. */
export interface RecordedConstant {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: number;
  readonly values: TensorValues;
}

export interface Recording {
  readonly operations: readonly RecordedOperation[];
  readonly constants: ReadonlyMap<number, RecordedConstant>;
}

/**
 * Stands between tfjs's backend and its addon. Every operation goes through the two calls that are watched here,
 * gradients included, because tfjs differentiates by calling kernels; so a recording holds forward and backward alike.
 */
export class Recorder {
  readonly binding: TensorflowBinding;
  #operations: RecordedOperation[] | undefined;
  #constants = new Map<number, RecordedConstant>();

  constructor(native: TensorflowBinding) {
    this.binding = Object.create(native, {
      createTensor: { value: this.#createTensor.bind(this, native) },
      executeOp: { value: this.#executeOp.bind(this, native) },
    }) as TensorflowBinding;
  }

  /** Records while `body` runs. Recordings do not nest. */
  record(body: () => void): Recording {
    const operations: RecordedOperation[] = [];
    const constants = new Map<number, RecordedConstant>();
    this.#operations = operations;
    this.#constants = constants;
    try {
      body();
    } finally {
      this.#operations = undefined;
    }
    return { operations, constants };
  }

  #createTensor(native: TensorflowBinding, shape: readonly number[], dtype: number, values: TensorValues): number {
    const id = native.createTensor(shape, dtype, values);
    if (this.#operations !== undefined && ArrayBuffer.isView(values)) {
      this.#constants.set(id, { id, shape: [...shape], dtype, values: values.slice() });
    }
    return id;
  }

  #executeOp(
    native: TensorflowBinding,
    name: string,
    attributes: readonly BindingAttribute[],
    inputs: readonly number[],
    outputCount: number,
  ): BindingTensor[] {
    const outputs = native.executeOp(name, attributes, inputs, outputCount);
    this.#operations?.push({ name, attributes, inputs: [...inputs], outputs });
    return outputs;
  }
}
