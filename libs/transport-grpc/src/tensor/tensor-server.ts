import { createServer, type Server, type Socket } from 'node:net';
import { CollimatorError } from '@collimator/errors';
import type { Credentials, FrameSink, TensorServer } from '@collimator/transport';
import { status } from '@grpc/grpc-js';
import { authenticate } from '../services/call-credentials.ts';
import { Connection } from './http2/connection.ts';
import { ErrorCode, Http2Error } from './http2/http2-error.ts';
import { PullSink } from './pull-sink.ts';
import { channelKey, memberKey, pullPath } from './pull-call.ts';
import { encodePercent, metadataOf, trailersOf } from './trailers.ts';

/** Receivers send nothing but empty requests, so the server grants them little. */
const connectionOptions = { role: 'server', windowBytes: 65_535, maxFrameBytes: 16_384, maxStreams: 16 } as const;

/** A connection without an authenticated pull after this time is closed. */
const handshakeMs = 10_000;

/** Listens on a free port of `host` and hands every authenticated pull to `opened`. */
export async function serveTensors(
  { credentials, host }: { readonly credentials: Credentials; readonly host: string },
  opened: (sink: FrameSink) => void,
): Promise<TensorServer> {
  const peers = new Set<PeerConnection>();
  const server = createServer((socket) => {
    const peer = new PeerConnection(socket, credentials, opened);
    peers.add(peer);
    socket.on('close', () => peers.delete(peer));
  });
  const port = await listen(server, host);
  return {
    address: { host, port },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const peer of peers) peer.close();
      }),
  };
}

function listen(server: Server, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port: 0 }, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

/** One receiver's connection and its pulls. */
class PeerConnection {
  readonly #connection: Connection;
  readonly #socket: Socket;
  readonly #credentials: Credentials;
  readonly #opened: (sink: FrameSink) => void;
  readonly #sinks = new Map<number, PullSink>();

  constructor(socket: Socket, credentials: Credentials, opened: (sink: FrameSink) => void) {
    this.#socket = socket;
    this.#credentials = credentials;
    this.#opened = opened;
    this.#connection = new Connection(socket, connectionOptions, {
      headers: (stream, fields) => {
        this.#request(stream, fields);
      },
      reset: (stream) => {
        this.#ended(stream, undefined);
      },
      closed: (error) => {
        for (const stream of [...this.#sinks.keys()]) this.#ended(stream, error);
      },
      // A request is an empty message; what it holds means nothing.
      data: () => undefined,
      destination: () => undefined,
      filled: () => undefined,
      dataEnded: () => undefined,
    });
    socket.setTimeout(handshakeMs, () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      this.#connection.read(chunk);
    });
  }

  close(): void {
    for (const sink of [...this.#sinks.values()]) sink.close();
    this.#connection.close();
  }

  #request(stream: number, fields: ReadonlyMap<string, string>): void {
    if (this.#sinks.has(stream)) throw new Http2Error(ErrorCode.protocol, 'a second header block on one stream');
    if (this.#connection.openStreams >= connectionOptions.maxStreams) {
      this.#connection.reset(stream, ErrorCode.refusedStream);
      return;
    }
    this.#connection.openStream(stream);
    try {
      this.#open(stream, fields);
    } catch (error) {
      this.#refuse(stream, trailersOf(CollimatorError.from(error)));
    }
  }

  #open(stream: number, fields: ReadonlyMap<string, string>): void {
    const metadata = metadataOf(fields);
    if (fields.get(':method') !== 'POST' || fields.get(':path') !== pullPath) {
      this.#refuse(stream, [
        ['grpc-status', String(status.UNIMPLEMENTED)],
        ['grpc-message', encodePercent(`only POST ${pullPath} is served here`)],
      ]);
      return;
    }
    authenticate(metadata, this.#credentials);
    const [peer, channel] = [fields.get(memberKey), fields.get(channelKey)];
    if (peer === undefined || channel === undefined) {
      throw new CollimatorError('usage', `a pull names its member (${memberKey}) and channel (${channelKey})`);
    }
    this.#socket.setTimeout(0);
    this.#connection.sendHeaders(stream, [...responseFields], false);
    const sink = new PullSink(this.#connection, stream, peer, channel, () => this.#sinks.delete(stream));
    this.#sinks.set(stream, sink);
    this.#opened(sink);
  }

  /** A response of trailers alone. */
  #refuse(stream: number, trailers: ReturnType<typeof trailersOf>): void {
    this.#connection.sendHeaders(stream, [...responseFields, ...trailers], true);
    this.#connection.forgetStream(stream);
  }

  #ended(stream: number, error: Error | undefined): void {
    const sink = this.#sinks.get(stream);
    this.#sinks.delete(stream);
    sink?.ended(error && new CollimatorError('peer_lost', `the tensor stream to ${sink.peer} broke: ${error.message}`));
  }
}

const responseFields = [
  [':status', '200'],
  ['content-type', 'application/grpc'],
] as const;
