import { ErrorCode, Http2Error } from './http2-error.ts';
import { type Field, HeaderTable, sizeOf } from './header-table.ts';
import { decodeHuffman } from './huffman.ts';

/** The most that the fields of one header block may come to, as RFC 7541 counts them. */
export const headerListBytesMax = 16_384;

/** The table size of every connection that announces no other (RFC 9113 §6.5.2). */
const tableBytes = 4096;

/** Encodes fields as literals that nobody indexes: a few small blocks per connection need no compression. */
export function encodeFields(fields: readonly Field[]): Buffer {
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.of(0), encodeString(name), encodeString(value)]));
}

function encodeString(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  return Buffer.concat([encodeLength(bytes.length), bytes]);
}

function encodeLength(length: number): Buffer {
  if (length < 127) return Buffer.of(length);
  const bytes = [127];
  for (let rest = length - 127; ; rest >>= 7) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 127) | 128);
  }
}

/** Decodes the header blocks of one connection, in order (RFC 7541). Anything malformed ends the connection. */
export class HeaderDecoder {
  readonly #table = new HeaderTable(tableBytes);

  decode(block: Uint8Array): Map<string, string> {
    const input = new Input(block);
    const fields = new Map<string, string>();
    let total = 0;
    while (!input.done) {
      const field = this.#next(input);
      if (field === undefined) continue;
      total += sizeOf(field);
      if (total > headerListBytesMax) throw malformed(`a header list of more than ${headerListBytesMax} bytes`);
      const [name, value] = field;
      const before = fields.get(name);
      fields.set(name, before === undefined ? value : `${before}, ${value}`);
    }
    return fields;
  }

  /** One representation; undefined for a change of the table's size. */
  #next(input: Input): Field | undefined {
    const first = input.peek();
    if ((first & 0x80) !== 0) return this.#indexed(input.integer(7));
    if ((first & 0xe0) === 0x20) {
      if (!this.#table.resize(input.integer(5))) throw malformed('a header table larger than advertised');
      return undefined;
    }
    const added = (first & 0x40) !== 0;
    const index = input.integer(added ? 6 : 4);
    const name = index === 0 ? input.string() : this.#indexed(index)[0];
    const field: Field = [name, input.string()];
    if (added) this.#table.add(field);
    return field;
  }

  #indexed(index: number): Field {
    const field = this.#table.field(index);
    if (field === undefined) throw malformed(`header index ${index} does not exist`);
    return field;
  }
}

/** Reads the primitive types of RFC 7541 §5, never past the end. */
class Input {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#position >= this.#bytes.length;
  }

  peek(): number {
    const byte = this.#bytes[this.#position];
    if (byte === undefined) throw malformed('a header block that ends too early');
    return byte;
  }

  integer(prefixBits: number): number {
    const mask = 2 ** prefixBits - 1;
    let value = this.#byte() & mask;
    if (value < mask) return value;
    for (let shift = 0; shift <= 21; shift += 7) {
      const byte = this.#byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw malformed('a header integer of more than four bytes');
  }

  string(): string {
    const huffman = (this.peek() & 0x80) !== 0;
    const length = this.integer(7);
    const bytes = this.#bytes.subarray(this.#position, this.#position + length);
    if (bytes.length < length) throw malformed('a header string that ends too early');
    this.#position += length;
    const text = huffman ? decodeHuffman(bytes) : Buffer.from(bytes);
    if (text === undefined) throw malformed('a header string with a wrong Huffman code');
    return text.toString('latin1');
  }

  #byte(): number {
    const byte = this.peek();
    this.#position += 1;
    return byte;
  }
}

function malformed(message: string): Http2Error {
  return new Http2Error(ErrorCode.compression, message);
}
