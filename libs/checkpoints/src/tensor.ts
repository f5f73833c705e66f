/** Element types of the tensors that this library writes, by their names in safetensors. */
export type ElementType = 'F32' | 'I32' | 'I64';

export type Elements = Float32Array | Int32Array | BigInt64Array;

/** A named tensor, row-major. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** `product(shape)` elements; the array's class is the element type. */
  readonly values: Elements;
}

/** A named tensor of floats: a weight, a statistic, an optimizer's slot. */
export interface FloatTensor extends NamedTensor {
  readonly values: Float32Array;
}

export const elementBytes: Readonly<Record<ElementType, number>> = { F32: 4, I32: 4, I64: 8 };

/** Whether a file's name of an element type is one that this library reads. */
export function isElementType(name: string): name is ElementType {
  return Object.hasOwn(elementBytes, name);
}

/** The safetensors name of an array's element type. */
export function elementTypeOf(values: Elements): ElementType {
  if (values instanceof Float32Array) return 'F32';
  return values instanceof Int32Array ? 'I32' : 'I64';
}

/** A copy of bytes as elements, whatever the bytes' alignment. Little endian, as every supported platform is. */
export function elementsFrom(type: ElementType, bytes: Uint8Array): Elements {
  const { buffer } = new Uint8Array(bytes);
  if (type === 'F32') return new Float32Array(buffer);
  return type === 'I32' ? new Int32Array(buffer) : new BigInt64Array(buffer);
}

/** How many elements a shape has; 1 for a scalar's empty shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((count, size) => count * size, 1);
}
