import { elementCount, elementTypeOf, type NamedTensor } from './tensor.ts';

/** The header's key that holds metadata instead of a tensor. */
export const metadataKey = '__metadata__';

/** The data start at a multiple of this, so that every element type can be mapped in place. */
const headerAlignment = 8;

/**
 * The JSON header, filled with spaces. It is joined by hand: a JavaScript object would move names that look like
 * integers to the front.
 */
export function headerText(metadata: Readonly<Record<string, string>>, tensors: readonly NamedTensor[]): string {
  checkNames(tensors);
  const sortedMetadata = Object.entries(metadata).sort(([left], [right]) => (left < right ? -1 : 1));
  const members = [
    member(metadataKey, `{${sortedMetadata.map(([key, text]) => member(key, JSON.stringify(text))).join()}}`),
  ];
  let begin = 0;
  for (const tensor of tensors) {
    checkShape(tensor);
    const end = begin + tensor.values.byteLength;
    const entry = { dtype: elementTypeOf(tensor.values), shape: tensor.shape, data_offsets: [begin, end] };
    members.push(member(tensor.name, JSON.stringify(entry)));
    begin = end;
  }
  return filled(`{${members.join()}}`);
}

function member(key: string, json: string): string {
  return `${JSON.stringify(key)}:${json}`;
}

function filled(json: string): string {
  const bytes = new TextEncoder().encode(json).byteLength;
  return json + ' '.repeat(Math.ceil(bytes / headerAlignment) * headerAlignment - bytes);
}

function checkNames(tensors: readonly NamedTensor[]): void {
  const names = new Set<string>();
  for (const { name } of tensors) {
    if (name === '' || name === metadataKey) throw new RangeError(`tensor name ${JSON.stringify(name)} is reserved`);
    if (names.has(name)) throw new RangeError(`tensor name ${JSON.stringify(name)} is used twice`);
    names.add(name);
  }
}

function checkShape({ name, shape, values }: NamedTensor): void {
  const expected = elementCount(shape);
  if (shape.every((size) => Number.isSafeInteger(size) && size >= 0) && values.length === expected) return;
  throw new RangeError(`tensor ${name} has ${values.length} values, its shape [${shape.join()}] asks for ${expected}`);
}
