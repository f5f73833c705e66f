import { createRequire } from 'node:module';
import util from 'node:util';
import { CollimatorError } from '@collimator/errors';

/** An attribute as the tfjs binding takes it; `type` is a TF_AttrType. */
export interface BindingAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** What the binding tells about a tensor that an operation made; `dtype` is a TF_DataType. */
export interface BindingTensor {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: number;
}

export type TensorValues = Float32Array | Int32Array | Uint8Array;

/** The calls of tfjs-node's N-API addon that tracing watches, and the constants that it reads. */
export interface TensorflowBinding {
  createTensor(shape: readonly number[], dtype: number, values: TensorValues): number;
  executeOp(
    name: string,
    attributes: readonly BindingAttribute[],
    inputIds: readonly number[],
    outputCount: number,
  ): BindingTensor[];
  tensorDataSync(tensorId: number): TensorValues;
  isUsingGpuDevice(): boolean;
  readonly TF_Version: string;
}

/** TensorFlow's public numbers of data types (TF_DataType). */
export const dataTypes = { float32: 1, int32: 3, bool: 10 } as const;

/** TensorFlow's public numbers of attribute kinds (TF_AttrType). */
export const attributeTypes = { string: 0, int: 1, float: 2, bool: 3, type: 4, shape: 5 } as const;

const require = createRequire(import.meta.url);

/** tfjs-node 4.22 calls two functions that Node 23 removed from `util`. */
function restoreRemovedUtilities(): void {
  const utilities = util as unknown as Record<string, unknown>;
  utilities.isNullOrUndefined = (value: unknown): boolean => value === null || value === undefined;
  utilities.isArray = Array.isArray;
}

/** Loads the compiled addon at `path`. Throws `engine_failed` with the loader's message. */
export function loadAddon(path: string): unknown {
  try {
    return require(path);
  } catch (cause) {
    throw new CollimatorError('engine_failed', `the compiled engine cannot be loaded: ${String(cause)}`, {
      next: 'run "collimator doctor", then "collimator engine install"',
      cause,
    });
  }
}

/** The class of tfjs's TensorFlow backend and, as a side effect, all its kernels. */
export function loadBackendClass(): new (binding: TensorflowBinding, packageName: string) => object {
  restoreRemovedUtilities();
  require('@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js');
  const module = require('@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js') as {
    NodeJSKernelBackend: new (binding: TensorflowBinding, packageName: string) => object;
  };
  return module.NodeJSKernelBackend;
}
