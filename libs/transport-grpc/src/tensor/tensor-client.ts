import { connect, type Socket } from 'node:net';
import { CollimatorError } from '@collimator/errors';
import type { Credentials, FrameSource, PeerAddress, TensorClient } from '@collimator/transport';
import { Connection } from './http2/connection.ts';
import { Flag, frame, FrameType } from './http2/frames.ts';
import { ErrorCode } from './http2/http2-error.ts';
import { MessageReader, prefixBytes } from './message-reader.ts';
import { pullFields } from './pull-call.ts';
import { errorFromTrailers } from './trailers.ts';

/**
 * The receiver grants large windows, because throughput is at most window / round trip; it never holds what comes, so they
 * cost no memory. Frames as large as a message: its payload is then read in one piece.
 */
const connectionOptions = { role: 'client', windowBytes: 64 << 20, maxFrameBytes: 2 << 20, maxStreams: 0 } as const;

/** What the socket reads when no payload is expected: a head, and the start of the payload behind it, which is copied. */
const readBufferBytes = 16_384;

const connectTimeoutMs = 10_000;

interface Pull {
  readonly source: FrameSource;
  readonly reader: MessageReader;
}

/** One connection to one peer and the pulls over it. */
export class GrpcTensorClient implements TensorClient {
  readonly #peer: PeerAddress;
  readonly #credentials: Credentials;
  readonly #pulls = new Map<number, Pull>();
  readonly #buffer = Buffer.allocUnsafeSlow(readBufferBytes);
  #link: { readonly socket: Socket; readonly connection: Connection } | undefined;
  /** The buffer that the socket reads to now is the destination of this stream's payload. */
  #direct = false;
  #nextStream = 1;

  constructor(peer: PeerAddress, credentials: Credentials) {
    this.#peer = peer;
    this.#credentials = credentials;
  }

  pull(channel: string, self: string, source: FrameSource): void {
    this.#link ??= this.#open();
    const { socket, connection } = this.#link;
    const stream = this.#nextStream;
    this.#nextStream += 2;
    this.#pulls.set(stream, { source, reader: new MessageReader(source) });
    connection.openStream(stream);
    const authority = `${this.#peer.host}:${this.#peer.port}`;
    connection.sendHeaders(stream, pullFields(authority, this.#credentials, channel, self), false);
    socket.write(frame(FrameType.data, Flag.endStream, stream, Buffer.alloc(prefixBytes)));
  }

  close(): void {
    // At once, because the next read may already have a payload's place as its buffer.
    this.#link?.socket.pause();
    for (const stream of [...this.#pulls.keys()]) this.#reset(stream, undefined);
    this.#link?.connection.close();
  }

  #open(): { readonly socket: Socket; readonly connection: Connection } {
    const socket = connect({
      host: this.#peer.host,
      port: this.#peer.port,
      onread: { buffer: () => this.#nextBuffer(), callback: (bytes) => this.#read(bytes) },
    });
    socket.setTimeout(connectTimeoutMs, () => {
      socket.destroy(new Error(`no connection after ${connectTimeoutMs} ms`));
    });
    socket.once('connect', () => socket.setTimeout(0));
    return { socket, connection: new Connection(socket, connectionOptions, this.#events()) };
  }

  /** Called before every read: large payloads are read to where they belong. */
  #nextBuffer(): Uint8Array {
    const destination = this.#link?.connection.destination();
    this.#direct = destination !== undefined;
    return destination ?? this.#buffer;
  }

  #read(bytes: number): boolean {
    const connection = this.#link?.connection;
    if (this.#direct) connection?.filled(bytes);
    else connection?.read(this.#buffer.subarray(0, bytes));
    return true;
  }

  #events(): ConstructorParameters<typeof Connection>[2] {
    return {
      headers: (stream, fields, endStream) => {
        this.#headers(stream, fields, endStream);
      },
      data: (stream, bytes) => {
        this.#guarded(stream, (pull) => {
          pull.reader.read(bytes);
        });
      },
      destination: (stream, bytes) => this.#pulls.get(stream)?.reader.destination(bytes),
      filled: (stream, bytes) => {
        this.#guarded(stream, (pull) => {
          pull.reader.filled(bytes);
        });
      },
      dataEnded: (stream, endStream) => {
        if (endStream) this.#ended(stream, lost(this.#peer, 'the stream ended without a status'));
      },
      reset: (stream, code) => {
        this.#ended(stream, lost(this.#peer, `the stream was reset (code ${code})`));
      },
      closed: (error) => {
        const reason = error && lost(this.#peer, error.message);
        for (const stream of [...this.#pulls.keys()]) this.#ended(stream, reason);
      },
    };
  }

  #headers(stream: number, fields: ReadonlyMap<string, string>, endStream: boolean): void {
    const httpStatus = fields.get(':status') ?? '200';
    if (httpStatus !== '200') this.#ended(stream, lost(this.#peer, `it answered with HTTP status ${httpStatus}`));
    else if (endStream) this.#finished(stream, errorFromTrailers(fields));
  }

  #finished(stream: number, error: CollimatorError | undefined): void {
    const truncated = this.#pulls.get(stream)?.reader.betweenMessages === false;
    this.#ended(stream, error ?? (truncated ? lost(this.#peer, 'the stream ended inside a message') : undefined));
  }

  /** What a source refuses ends its stream, not the connection. */
  #guarded(stream: number, read: (pull: Pull) => void): void {
    const pull = this.#pulls.get(stream);
    if (pull === undefined) return;
    try {
      read(pull);
    } catch (error) {
      this.#reset(stream, CollimatorError.from(error));
    }
  }

  #reset(stream: number, error: CollimatorError | undefined): void {
    this.#link?.connection.reset(stream, ErrorCode.cancel);
    this.#ended(stream, error);
  }

  #ended(stream: number, error: CollimatorError | undefined): void {
    const pull = this.#pulls.get(stream);
    if (!this.#pulls.delete(stream)) return;
    this.#link?.connection.forgetStream(stream);
    pull?.source.closed(error);
  }
}

function lost(peer: PeerAddress, reason: string): CollimatorError {
  return new CollimatorError('peer_lost', `the tensor stream from ${peer.host}:${peer.port} broke: ${reason}`);
}
