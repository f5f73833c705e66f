import { defaultMaxFrameBytes, Flag, type FrameHead, frameHeaderBytes, FrameType, readFrameHead } from './frames.ts';
import { ErrorCode, Http2Error } from './http2-error.ts';

/** Who receives what the reader finds. */
export interface FrameHandler {
  /** A whole frame that carries no data; its payload is valid during the call. */
  control(head: FrameHead, payload: Buffer): void;
  /** A data frame begins: all its bytes count against the window, padding included. */
  dataBegins(head: FrameHead): void;
  /** The next bytes of its data, valid during the call. */
  data(stream: number, bytes: Uint8Array): void;
  /** Where the next bytes of this stream's data may be read to, at most `bytes` of them. */
  destination(stream: number, bytes: number): Uint8Array | undefined;
  /** The socket has filled so many bytes of the last destination. */
  filled(stream: number, bytes: number): void;
  dataEnded(stream: number, endStream: boolean): void;
}

/**
 * Cuts what a socket reads into frames. Data is never collected: it goes on as it comes, or the socket reads it straight
 * to its destination (`destination`, `filled`). Everything else is small and bounded.
 */
export class FrameReader {
  readonly #handler: FrameHandler;
  readonly #maxDataBytes: number;
  readonly #head = Buffer.alloc(frameHeaderBytes);
  #headBytes = 0;
  #frame: FrameHead | undefined;
  #collected = Buffer.alloc(0);
  #collectedBytes = 0;
  /** Of the current data frame: whether the pad length is still to come, data left, padding left. */
  #padLengthDue = false;
  #dataLeft = 0;
  #padLeft = 0;

  constructor(handler: FrameHandler, maxDataBytes: number) {
    this.#handler = handler;
    this.#maxDataBytes = maxDataBytes;
  }

  /** Where the socket may read to next without any buffer between; undefined outside of large data. */
  destination(): Uint8Array | undefined {
    if (this.#frame?.type !== FrameType.data || this.#padLengthDue || this.#dataLeft === 0) return undefined;
    return this.#handler.destination(this.#frame.stream, this.#dataLeft);
  }

  /** The socket has filled so many bytes of `destination()`. */
  filled(bytes: number): void {
    if (this.#frame === undefined) return;
    this.#dataLeft -= bytes;
    this.#handler.filled(this.#frame.stream, bytes);
    this.#endDataFrame(this.#frame);
  }

  /** Bytes that the socket read into a buffer of its own. */
  read(chunk: Uint8Array): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#frame === undefined) rest = this.#readHead(rest);
      else if (this.#frame.type === FrameType.data) rest = this.#readData(this.#frame, rest);
      else rest = this.#readControl(this.#frame, rest);
    }
  }

  #readHead(bytes: Uint8Array): Uint8Array {
    const part = bytes.subarray(0, frameHeaderBytes - this.#headBytes);
    this.#head.set(part, this.#headBytes);
    this.#headBytes += part.length;
    if (this.#headBytes === frameHeaderBytes) {
      this.#headBytes = 0;
      this.#begin(readFrameHead(this.#head));
    }
    return bytes.subarray(part.length);
  }

  #begin(head: FrameHead): void {
    const limit = head.type === FrameType.data ? this.#maxDataBytes : defaultMaxFrameBytes;
    if (head.length > limit) {
      throw new Http2Error(ErrorCode.frameSize, `a frame of ${head.length} bytes; allowed are ${limit}`);
    }
    this.#frame = head;
    if (head.type === FrameType.data) this.#beginData(head);
    else this.#beginControl(head);
  }

  #beginData(head: FrameHead): void {
    this.#handler.dataBegins(head);
    this.#padLengthDue = (head.flags & Flag.padded) !== 0;
    this.#dataLeft = head.length;
    this.#padLeft = 0;
    if (this.#padLengthDue && head.length === 0) throw new Http2Error(ErrorCode.protocol, 'a padded frame of no bytes');
    this.#endDataFrame(head);
  }

  #beginControl(head: FrameHead): void {
    this.#collected = Buffer.allocUnsafe(head.length);
    this.#collectedBytes = 0;
    if (head.length === 0) this.#endControl(head);
  }

  #readControl(head: FrameHead, bytes: Uint8Array): Uint8Array {
    const part = bytes.subarray(0, head.length - this.#collectedBytes);
    this.#collected.set(part, this.#collectedBytes);
    this.#collectedBytes += part.length;
    if (this.#collectedBytes === head.length) this.#endControl(head);
    return bytes.subarray(part.length);
  }

  #endControl(head: FrameHead): void {
    this.#frame = undefined;
    this.#handler.control(head, this.#collected);
  }

  #readData(head: FrameHead, bytes: Uint8Array): Uint8Array {
    if (this.#padLengthDue) return this.#readPadLength(head, bytes);
    const part = bytes.subarray(0, this.#dataLeft > 0 ? this.#dataLeft : this.#padLeft);
    if (this.#dataLeft > 0) {
      this.#dataLeft -= part.length;
      this.#handler.data(head.stream, part);
    } else this.#padLeft -= part.length;
    this.#endDataFrame(head);
    return bytes.subarray(part.length);
  }

  #readPadLength(head: FrameHead, bytes: Uint8Array): Uint8Array {
    this.#padLengthDue = false;
    this.#padLeft = bytes[0] ?? 0;
    this.#dataLeft = head.length - 1 - this.#padLeft;
    if (this.#dataLeft < 0) throw new Http2Error(ErrorCode.protocol, 'more padding than frame');
    this.#endDataFrame(head);
    return bytes.subarray(1);
  }

  #endDataFrame(head: FrameHead): void {
    if (this.#padLengthDue || this.#dataLeft > 0 || this.#padLeft > 0) return;
    this.#frame = undefined;
    this.#handler.dataEnded(head.stream, (head.flags & Flag.endStream) !== 0);
  }
}
