import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { type AttributeValue, AttributeValueSchema, DataType, type TensorShapeSchema } from '../gen/tensorflow_pb.ts';
import { attributeTypes, type BindingAttribute } from '../tfjs/binding.ts';

export type Attributes = Readonly<Record<string, AttributeValue>>;

const integer = (value: number): AttributeValue => attribute({ case: 'i', value: BigInt(value) });
export const bool = (value: boolean): AttributeValue => attribute({ case: 'b', value });
const real = (value: number): AttributeValue => attribute({ case: 'f', value });
export const text = (value: string): AttributeValue => attribute({ case: 's', value: new TextEncoder().encode(value) });
export const dataType = (value: DataType): AttributeValue => attribute({ case: 'type', value });
export const shapeOf = (value: readonly number[]): AttributeValue =>
  attribute({ case: 'shape', value: shapeMessage(value) });

/** The type attribute `T` that most operations have. */
export const floats: Attributes = { T: dataType(DataType.FLOAT) };

/** A constant's value: `bytes` hold its elements in row-major, little-endian order. */
export function constantValue(type: DataType, shape: readonly number[], bytes: Uint8Array): AttributeValue {
  return attribute({
    case: 'tensor',
    value: { dtype: type, tensorShape: shapeMessage(shape), tensorContent: bytes },
  });
}

/** The message for an attribute that tfjs gave to its addon. */
export function recordedAttribute({ type, value }: BindingAttribute): AttributeValue {
  if (Array.isArray(value) && type !== attributeTypes.shape) return listAttribute(type, value as readonly number[]);
  switch (type) {
    case attributeTypes.string:
      return text(String(value));
    case attributeTypes.int:
      return integer(Number(value));
    case attributeTypes.float:
      return real(Number(value));
    case attributeTypes.bool:
      return bool(Boolean(value));
    case attributeTypes.type:
      return dataType(value as DataType);
    default:
      return shapeOf(value as readonly number[]);
  }
}

function listAttribute(type: number, values: readonly (number | boolean)[]): AttributeValue {
  switch (type) {
    case attributeTypes.float:
      return attribute({ case: 'list', value: { f: values.map(Number) } });
    case attributeTypes.bool:
      return attribute({ case: 'list', value: { b: values.map(Boolean) } });
    case attributeTypes.type:
      return attribute({ case: 'list', value: { type: values.map((value) => Number(value) as DataType) } });
    default:
      return attribute({ case: 'list', value: { i: values.map((value) => BigInt(Number(value))) } });
  }
}

function attribute(value: NonNullable<MessageInitShape<typeof AttributeValueSchema>['value']>): AttributeValue {
  return create(AttributeValueSchema, { value });
}

function shapeMessage(sizes: readonly number[]): MessageInitShape<typeof TensorShapeSchema> {
  return { dim: sizes.map((size) => ({ size: BigInt(size) })) };
}
