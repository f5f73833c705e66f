import type { Socket } from 'node:net';
import {
  clientPreface,
  defaultWindowBytes,
  Flag,
  frame,
  type FrameHead,
  FrameType,
  goAwayFrame,
  resetFrame,
  Setting,
  settingsFrame,
  windowUpdateFrame,
} from './frames.ts';
import { type FrameHandler, FrameReader } from './frame-reader.ts';
import type { Field } from './header-table.ts';
import { encodeFields, HeaderDecoder, headerListBytesMax } from './hpack.ts';
import { ErrorCode, Http2Error } from './http2-error.ts';
import { InboundWindow } from './inbound-window.ts';
import { Outbound } from './outbound.ts';

/** When an idle connection is probed, so that a machine that vanished is noticed. */
const keepAliveMs = 10_000;

/** What the owner of a connection is told. What it throws ends the connection. */
export interface ConnectionEvents extends Pick<FrameHandler, 'data' | 'destination' | 'filled' | 'dataEnded'> {
  headers(stream: number, fields: ReadonlyMap<string, string>, endStream: boolean): void;
  reset(stream: number, code: number): void;
  /** Called once, without an error after a close on purpose by either side. */
  closed(error: Error | undefined): void;
}

export interface ConnectionOptions {
  readonly role: 'client' | 'server';
  /** What the peer may send before we answer, per stream and in all. */
  readonly windowBytes: number;
  readonly maxFrameBytes: number;
  readonly maxStreams: number;
}

/**
 * One HTTP/2 connection (RFC 9113) over a socket, with exactly what long-lived gRPC streams need: no server push, no
 * priorities, bounded header blocks, and data that is neither collected nor copied on its way.
 */
export class Connection {
  readonly outbound: Outbound;
  readonly #socket: Socket;
  readonly #events: ConnectionEvents;
  readonly #options: ConnectionOptions;
  readonly #reader: FrameReader;
  readonly #decoder = new HeaderDecoder();
  readonly #window: InboundWindow;
  readonly #streamWindows = new Map<number, InboundWindow>();
  #prefaceLeft: Buffer;
  #headerBlock: { readonly head: FrameHead; readonly parts: Buffer[] } | undefined;
  #lastStream = 0;
  #closing = false;
  #failure: Error | undefined;

  constructor(socket: Socket, options: ConnectionOptions, events: ConnectionEvents) {
    this.#socket = socket;
    this.#events = events;
    this.#options = options;
    this.outbound = new Outbound(socket);
    this.#window = new InboundWindow(options.windowBytes, Math.max(options.windowBytes, defaultWindowBytes));
    this.#prefaceLeft = options.role === 'server' ? clientPreface : Buffer.alloc(0);
    this.#reader = new FrameReader(this.#handler(), options.maxFrameBytes);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, keepAliveMs);
    socket.on('error', (error) => {
      this.#failure ??= error;
    });
    socket.on('close', () => {
      this.outbound.forgetAll();
      this.#events.closed(this.#closing ? undefined : (this.#failure ?? new Error('the peer closed the connection')));
    });
    this.#greet();
  }

  /** Where the socket may read to next; undefined outside of large data. */
  destination(): Uint8Array | undefined {
    return this.#reader.destination();
  }

  filled(bytes: number): void {
    this.#guard(() => {
      this.#reader.filled(bytes);
    });
  }

  read(chunk: Uint8Array): void {
    this.#guard(() => {
      this.#reader.read(this.#afterPreface(chunk));
    });
  }

  /** Sends a header block; with `endStream` it is the last frame of the stream, after the messages before it. */
  sendHeaders(stream: number, fields: readonly Field[], endStream: boolean): void {
    const flags = Flag.endHeaders | (endStream ? Flag.endStream : 0);
    const block = frame(FrameType.headers, flags, stream, encodeFields(fields));
    if (!endStream) {
      this.#socket.write(block);
      return;
    }
    this.outbound.end(stream, block);
    this.#streamWindows.delete(stream);
  }

  /** A stream that the peer or we opened: its frames are counted from now on. */
  openStream(stream: number): void {
    this.outbound.open(stream);
    this.#streamWindows.set(stream, new InboundWindow(this.#options.windowBytes));
  }

  get openStreams(): number {
    return this.#streamWindows.size;
  }

  /** The stream has ended on both sides; late frames of it are ignored. */
  forgetStream(stream: number): void {
    this.outbound.forget(stream);
    this.#streamWindows.delete(stream);
  }

  reset(stream: number, code: number): void {
    this.#socket.write(resetFrame(stream, code));
    this.forgetStream(stream);
  }

  /** Ends the connection on purpose, after everything that was queued. */
  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#socket.write(goAwayFrame(this.#lastStream, ErrorCode.none, ''));
    this.#socket.destroySoon();
  }

  /** Ends the connection at once. */
  fail(error: Error): void {
    this.#failure ??= error;
    const code = error instanceof Http2Error ? error.code : ErrorCode.internal;
    if (this.#socket.writable) this.#socket.write(goAwayFrame(this.#lastStream, code, error.message));
    this.#socket.destroySoon();
  }

  #greet(): void {
    const { role, windowBytes, maxFrameBytes, maxStreams } = this.#options;
    const settings = settingsFrame([
      ...(role === 'client' ? [[Setting.enablePush, 0] as const] : []),
      [Setting.maxConcurrentStreams, maxStreams],
      [Setting.initialWindowSize, windowBytes],
      [Setting.maxFrameSize, maxFrameBytes],
      [Setting.maxHeaderListSize, headerListBytesMax],
    ]);
    const widening = windowBytes - defaultWindowBytes;
    const update = widening > 0 ? windowUpdateFrame(0, widening) : Buffer.alloc(0);
    this.#socket.write(Buffer.concat([role === 'client' ? clientPreface : Buffer.alloc(0), settings, update]));
  }

  #guard(read: () => void): void {
    if (this.#failure !== undefined) return;
    try {
      read();
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #afterPreface(chunk: Uint8Array): Uint8Array {
    const part = chunk.subarray(0, this.#prefaceLeft.length);
    if (!this.#prefaceLeft.subarray(0, part.length).equals(part)) {
      throw new Http2Error(ErrorCode.protocol, 'the peer does not speak HTTP/2');
    }
    this.#prefaceLeft = this.#prefaceLeft.subarray(part.length);
    return chunk.subarray(part.length);
  }

  #handler(): FrameHandler {
    const { data, destination, filled, dataEnded } = this.#events;
    return {
      data: data.bind(this.#events),
      destination: destination.bind(this.#events),
      filled: filled.bind(this.#events),
      dataEnded: dataEnded.bind(this.#events),
      dataBegins: (head) => {
        this.#countData(head);
      },
      control: (head, payload) => {
        this.#control(head, payload);
      },
    };
  }

  #countData({ stream, length }: FrameHead): void {
    this.#refuseInsideHeaders(FrameType.data);
    if (stream === 0) throw new Http2Error(ErrorCode.protocol, 'data on stream 0');
    const more = this.#window.take(length);
    if (more > 0) this.#socket.write(windowUpdateFrame(0, more));
    const moreOfStream = this.#streamWindows.get(stream)?.take(length) ?? 0;
    if (moreOfStream > 0) this.#socket.write(windowUpdateFrame(stream, moreOfStream));
  }

  #control(head: FrameHead, payload: Buffer): void {
    if (head.type !== FrameType.continuation) this.#refuseInsideHeaders(head.type);
    switch (head.type) {
      case FrameType.headers:
        this.#lastStream = Math.max(this.#lastStream, head.stream);
        this.#collectHeaders({ head, parts: [headerFragment(head, payload)] }, head);
        return;
      case FrameType.continuation:
        this.#continueHeaders(head, payload);
        return;
      case FrameType.settings:
        this.#settings(head, payload);
        return;
      case FrameType.ping:
        sized(payload, 8);
        if ((head.flags & Flag.ack) === 0) this.#socket.write(frame(FrameType.ping, Flag.ack, 0, payload));
        return;
      case FrameType.windowUpdate:
        sized(payload, 4);
        this.outbound.windowUpdate(head.stream, payload.readUInt32BE() & 0x7f_ff_ff_ff);
        return;
      case FrameType.resetStream:
        sized(payload, 4);
        this.forgetStream(head.stream);
        this.#events.reset(head.stream, payload.readUInt32BE());
        return;
      case FrameType.goAway:
        this.#goAway(payload);
        return;
      case FrameType.pushPromise:
        throw new Http2Error(ErrorCode.protocol, 'a server push, which was not allowed');
      default:
        // Priorities, and types of later extensions, mean nothing here (RFC 9113 §5.5).
        return;
    }
  }

  #refuseInsideHeaders(type: number): void {
    if (this.#headerBlock === undefined) return;
    throw new Http2Error(ErrorCode.protocol, `a frame of type ${type} inside a header block`);
  }

  #continueHeaders(head: FrameHead, payload: Buffer): void {
    const block = this.#headerBlock;
    if (block?.head.stream !== head.stream) {
      throw new Http2Error(ErrorCode.protocol, 'a continuation of no header block');
    }
    block.parts.push(payload);
    this.#headerBlock = undefined;
    this.#collectHeaders(block, head);
  }

  #collectHeaders(block: { readonly head: FrameHead; readonly parts: Buffer[] }, last: FrameHead): void {
    const bytes = block.parts.reduce((sum, part) => sum + part.length, 0);
    if (bytes > headerListBytesMax) throw new Http2Error(ErrorCode.protocol, `a header block of ${bytes} bytes`);
    if ((last.flags & Flag.endHeaders) === 0) {
      this.#headerBlock = block;
      return;
    }
    const fields = this.#decoder.decode(Buffer.concat(block.parts));
    this.#events.headers(block.head.stream, fields, (block.head.flags & Flag.endStream) !== 0);
  }

  #settings(head: FrameHead, payload: Buffer): void {
    if ((head.flags & Flag.ack) !== 0) return;
    if (payload.length % 6 !== 0) throw new Http2Error(ErrorCode.frameSize, `settings of ${payload.length} bytes`);
    for (let offset = 0; offset < payload.length; offset += 6) {
      const [id, value] = [payload.readUInt16BE(offset), payload.readUInt32BE(offset + 2)];
      if (id === Setting.initialWindowSize) this.outbound.setInitialWindow(value);
      if (id === Setting.maxFrameSize) this.outbound.setMaxFrameBytes(value);
    }
    this.#socket.write(frame(FrameType.settings, Flag.ack, 0));
  }

  #goAway(payload: Buffer): void {
    if (payload.length < 8) throw new Http2Error(ErrorCode.frameSize, `a farewell of ${payload.length} bytes`);
    const code = payload.readUInt32BE(4);
    if (code === ErrorCode.none) this.#closing = true;
    else this.#failure ??= new Error(`the peer ended the connection: ${payload.toString('utf8', 8)} (code ${code})`);
  }
}

function headerFragment(head: FrameHead, payload: Buffer): Buffer {
  const padded = (head.flags & Flag.padded) !== 0;
  const start = (padded ? 1 : 0) + ((head.flags & Flag.priority) !== 0 ? 5 : 0);
  const end = payload.length - (padded ? (payload[0] ?? 0) : 0);
  if (head.stream === 0 || start > end) throw new Http2Error(ErrorCode.protocol, 'a malformed header frame');
  return payload.subarray(start, end);
}

function sized(payload: Buffer, bytes: number): void {
  if (payload.length !== bytes)
    throw new Http2Error(ErrorCode.frameSize, `a frame of ${payload.length} bytes, not ${bytes}`);
}
