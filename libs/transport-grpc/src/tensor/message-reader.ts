import { CollimatorError } from '@collimator/errors';
import { type FrameSource, maxPayloadBytes, tensorHeaderBytes } from '@collimator/transport';

/** Before each gRPC message: a byte that says whether it is compressed, and its length. */
export const prefixBytes = 5;

/** Less than this is cheaper to copy than to read by itself. */
const directReadBytesMin = 16_384;

/**
 * Cuts the data of one stream into gRPC messages and those into tensor header and payload. The payload's bytes go straight
 * to the place that the source names; nothing else is kept than one head.
 */
export class MessageReader {
  readonly #source: FrameSource;
  readonly #head = Buffer.alloc(prefixBytes + tensorHeaderBytes);
  #headBytes = 0;
  #place: Uint8Array = new Uint8Array();
  #placed = 0;

  constructor(source: FrameSource) {
    this.#source = source;
  }

  /** Whether the stream may end here. */
  get betweenMessages(): boolean {
    return this.#headBytes === 0;
  }

  read(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0) rest = this.#headBytes < this.#head.length ? this.#readHead(rest) : this.#readPayload(rest);
  }

  /** Where the socket may read the next bytes to, `bytes` at most. */
  destination(bytes: number): Uint8Array | undefined {
    const length = Math.min(bytes, this.#place.length - this.#placed);
    return length < directReadBytesMin ? undefined : this.#place.subarray(this.#placed, this.#placed + length);
  }

  filled(bytes: number): void {
    this.#placed += bytes;
    this.#endMessage();
  }

  #readHead(bytes: Uint8Array): Uint8Array {
    const part = bytes.subarray(0, this.#head.length - this.#headBytes);
    this.#head.set(part, this.#headBytes);
    this.#headBytes += part.length;
    if (this.#headBytes >= prefixBytes) this.#checkPrefix();
    if (this.#headBytes === this.#head.length) this.#beginPayload();
    return bytes.subarray(part.length);
  }

  #checkPrefix(): void {
    const [compressed, length] = [this.#head.readUInt8(0), this.#head.readUInt32BE(1)];
    if (compressed !== 0) throw violation('a compressed tensor message; tensor streams are never compressed');
    if (length < tensorHeaderBytes || length > tensorHeaderBytes + maxPayloadBytes) {
      const allowed = `${tensorHeaderBytes} to ${tensorHeaderBytes + maxPayloadBytes}`;
      throw violation(`a tensor message of ${length} bytes; allowed are ${allowed}`);
    }
  }

  #beginPayload(): void {
    const length = this.#head.readUInt32BE(1) - tensorHeaderBytes;
    this.#place = this.#source.place(this.#head.subarray(prefixBytes), length);
    this.#placed = 0;
    if (this.#place.length !== length) {
      throw new CollimatorError('bug', `${length} bytes were given a place of ${this.#place.length}`);
    }
    this.#endMessage();
  }

  #readPayload(bytes: Uint8Array): Uint8Array {
    const part = bytes.subarray(0, this.#place.length - this.#placed);
    this.#place.set(part, this.#placed);
    this.#placed += part.length;
    this.#endMessage();
    return bytes.subarray(part.length);
  }

  #endMessage(): void {
    if (this.#placed < this.#place.length) return;
    this.#headBytes = 0;
    this.#place = new Uint8Array();
    this.#placed = 0;
    this.#source.arrived();
  }
}

function violation(message: string): CollimatorError {
  return new CollimatorError('protocol_violation', message);
}
