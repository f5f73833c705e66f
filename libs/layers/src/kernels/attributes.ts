import type { OperationAttribute } from '@collimator/engine';

/** Shorthand for the attribute values of TensorFlow operations. */
export const attribute = {
  int: (value: number): OperationAttribute => ({ kind: 'int', value }),
  float: (value: number): OperationAttribute => ({ kind: 'float', value }),
  bool: (value: boolean): OperationAttribute => ({ kind: 'bool', value }),
  string: (value: string): OperationAttribute => ({ kind: 'string', value }),
  ints: (value: readonly number[]): OperationAttribute => ({ kind: 'ints', value }),
  type: (value: 'float32' | 'int32' | 'bool'): OperationAttribute => ({ kind: 'type', value }),
};
