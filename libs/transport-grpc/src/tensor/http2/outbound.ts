import type { Socket } from 'node:net';
import { defaultMaxFrameBytes, defaultWindowBytes, frameHead, FrameType, maxWindowBytes } from './frames.ts';
import { ErrorCode, Http2Error } from './http2-error.ts';

/** Bytes that may wait in the socket's own queue: enough to keep it busy, few enough that pings are answered soon. */
const socketQueueBytes = 4 << 20;

/** A message on its way: a small head and a payload that is written from where it lies. */
class OutboundMessage {
  readonly head: Uint8Array;
  readonly payload: Uint8Array;
  /** Bytes of head and payload that were handed to the socket. */
  written = 0;
  readonly #flushed: () => void;
  #pieces = 0;
  #closed = false;

  constructor(head: Uint8Array, payload: Uint8Array, flushed: () => void) {
    this.head = head;
    this.payload = payload;
    this.#flushed = flushed;
  }

  get left(): number {
    return this.head.length + this.payload.length - this.written;
  }

  pieceWritten(): void {
    this.#pieces += 1;
  }

  readonly pieceFlushed = (): void => {
    this.#pieces -= 1;
    this.#settle();
  };

  /** No more pieces will be written: all are, or the stream is gone. */
  close(): void {
    this.#closed = true;
    this.#settle();
  }

  #settle(): void {
    if (this.#closed && this.#pieces === 0) this.#flushed();
  }
}

interface OutboundStream {
  readonly messages: OutboundMessage[];
  window: number;
  /** The frame that ends the stream, sent after its messages. */
  last: Buffer | undefined;
}

/** The sending half of a connection: queues messages by stream and writes them as the peer's windows allow. */
export class Outbound {
  readonly #socket: Socket;
  readonly #streams = new Map<number, OutboundStream>();
  #window = defaultWindowBytes;
  #initialWindow = defaultWindowBytes;
  #maxFrameBytes = defaultMaxFrameBytes;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  open(stream: number): void {
    this.#streams.set(stream, { messages: [], window: this.#initialWindow, last: undefined });
  }

  /** `flushed` is called once the socket no longer references the bytes. */
  send(stream: number, head: Uint8Array, payload: Uint8Array, flushed: () => void): void {
    const message = new OutboundMessage(head, payload, flushed);
    const state = this.#streams.get(stream);
    if (state === undefined) message.close();
    else {
      state.messages.push(message);
      this.#pump();
    }
  }

  /** Sends `last` after the messages before and forgets the stream. */
  end(stream: number, last: Buffer): void {
    const state = this.#streams.get(stream);
    if (state === undefined) return;
    state.last = last;
    this.#pump();
  }

  /** Drops what was not sent. */
  forget(stream: number): void {
    const state = this.#streams.get(stream);
    this.#streams.delete(stream);
    for (const message of state?.messages ?? []) message.close();
  }

  forgetAll(): void {
    for (const stream of this.#streams.keys()) this.forget(stream);
  }

  /** Stream 0 is the connection. An update for a stream that is gone is no error. */
  windowUpdate(stream: number, bytes: number): void {
    if (bytes === 0) throw new Http2Error(ErrorCode.protocol, 'a window update of 0 bytes');
    if (stream === 0) this.#window = widened(this.#window, bytes);
    const state = this.#streams.get(stream);
    if (state !== undefined) state.window = widened(state.window, bytes);
    this.#pump();
  }

  setInitialWindow(bytes: number): void {
    if (bytes > maxWindowBytes) throw new Http2Error(ErrorCode.flowControl, `an initial window of ${bytes} bytes`);
    const change = bytes - this.#initialWindow;
    this.#initialWindow = bytes;
    for (const state of this.#streams.values()) state.window = widened(state.window, change);
    this.#pump();
  }

  setMaxFrameBytes(bytes: number): void {
    if (bytes < defaultMaxFrameBytes || bytes > 0xff_ff_ff) {
      throw new Http2Error(ErrorCode.protocol, `a maximum frame size of ${bytes} bytes`);
    }
    this.#maxFrameBytes = bytes;
  }

  readonly #pump = (): void => {
    this.#socket.cork();
    for (const [stream, state] of this.#streams) this.#pumpStream(stream, state);
    this.#socket.uncork();
  };

  #pumpStream(stream: number, state: OutboundStream): void {
    for (let message = state.messages[0]; message !== undefined; message = state.messages[0]) {
      if (!this.#writePiece(stream, state, message)) return;
      if (message.left > 0) continue;
      state.messages.shift();
      message.close();
    }
    if (state.last === undefined) return;
    this.#socket.write(state.last);
    this.#streams.delete(stream);
  }

  /** Writes one data frame; false when the windows or the socket's queue are full. */
  #writePiece(stream: number, state: OutboundStream, message: OutboundMessage): boolean {
    const allowed = Math.min(this.#window, state.window, this.#maxFrameBytes);
    if (allowed <= 0 || this.#socket.writableLength >= socketQueueBytes) return false;
    const length = Math.min(message.left, allowed);
    const head = message.head.subarray(message.written, message.written + length);
    const payloadStart = Math.max(0, message.written - message.head.length);
    const payload = message.payload.subarray(payloadStart, payloadStart + length - head.length);
    this.#write(frameWith({ length, stream }, head), payload, message);
    message.written += length;
    this.#window -= length;
    state.window -= length;
    return true;
  }

  #write(head: Buffer, payload: Uint8Array, message: OutboundMessage): void {
    message.pieceWritten();
    const flushed = (): void => {
      message.pieceFlushed();
      this.#pump();
    };
    if (payload.length === 0) this.#socket.write(head, flushed);
    else {
      this.#socket.write(head);
      this.#socket.write(payload, flushed);
    }
  }
}

function frameWith({ length, stream }: { length: number; stream: number }, content: Uint8Array): Buffer {
  const bytes = frameHead({ length, type: FrameType.data, flags: 0, stream }, content.length);
  bytes.set(content, bytes.length - content.length);
  return bytes;
}

function widened(window: number, bytes: number): number {
  if (window + bytes > maxWindowBytes) throw new Http2Error(ErrorCode.flowControl, 'a window larger than 2^31 − 1');
  return window + bytes;
}
