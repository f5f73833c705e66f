import type { BindingAttribute, BindingTensor, TensorflowBinding, TensorValues } from '../tfjs/binding.ts';

/** One TensorFlow operation that ran while a trace was recorded. Tensor ids are the binding's, never used twice. */
export interface RecordedOperation {
  readonly name: string;
  readonly attributes: readonly BindingAttribute[];
  readonly inputs: readonly number[];
  readonly outputs: readonly BindingTensor[];
}

/** A tensor whose values JavaScript made while a trace was recorded. */
export interface RecordedConstant {
  readonly shape: readonly number[];
  readonly dtype: number;
  readonly values: TensorValues;
  /** Carries the stack of the call that made the values, where it was seen. */
  readonly origin: Error | undefined;
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
  readonly #origins = new WeakMap<object, Error>();
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
      this.#constants = new Map();
    }
    return { operations, constants };
  }

  /** Notes who makes values that a tensor will hold; tfjs hands them to the addon only when an operation reads them. */
  noteOrigin(values: object): void {
    if (this.#operations !== undefined) this.#origins.set(values, new Error());
  }

  #createTensor(native: TensorflowBinding, shape: readonly number[], dtype: number, values: TensorValues): number {
    const id = native.createTensor(shape, dtype, values);
    if (this.#operations !== undefined && ArrayBuffer.isView(values)) {
      const origin = this.#origins.get(values);
      this.#constants.set(id, { shape: [...shape], dtype, values: values.slice(), origin });
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
