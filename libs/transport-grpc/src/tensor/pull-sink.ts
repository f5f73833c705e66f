import { CollimatorError } from '@collimator/errors';
import { type Frame, type FrameSink, maxPayloadBytes, tensorHeaderBytes } from '@collimator/transport';
import type { Connection } from './http2/connection.ts';
import { prefixBytes } from './message-reader.ts';
import { trailersOf } from './trailers.ts';

/** The sending half of one pull. */
export class PullSink implements FrameSink {
  readonly peer: string;
  readonly channel: string;
  readonly #connection: Connection;
  readonly #stream: number;
  readonly #forget: () => void;
  readonly #listeners: ((error: CollimatorError | undefined) => void)[] = [];
  #outcome: { readonly error: CollimatorError | undefined } | undefined;

  constructor(connection: Connection, stream: number, peer: string, channel: string, forget: () => void) {
    this.#connection = connection;
    this.#stream = stream;
    this.peer = peer;
    this.channel = channel;
    this.#forget = forget;
  }

  send({ header, payload }: Frame, flushed: () => void): void {
    if (header.length !== tensorHeaderBytes || payload.length > maxPayloadBytes) {
      throw new CollimatorError('bug', `a frame of ${header.length} + ${payload.length} bytes cannot be sent`);
    }
    const head = Buffer.allocUnsafe(prefixBytes + tensorHeaderBytes);
    head.writeUInt8(0, 0);
    head.writeUInt32BE(tensorHeaderBytes + payload.length, 1);
    head.set(header, prefixBytes);
    this.#connection.outbound.send(this.#stream, head, payload, flushed);
  }

  close(error?: CollimatorError): void {
    if (this.#outcome !== undefined) return;
    this.#connection.sendHeaders(this.#stream, trailersOf(error), true);
    this.#forget();
    this.ended(undefined);
  }

  onClosed(listener: (error: CollimatorError | undefined) => void): void {
    if (this.#outcome === undefined) this.#listeners.push(listener);
    else listener(this.#outcome.error);
  }

  /** The stream is over; called by the connection, or by `close`. */
  ended(error: CollimatorError | undefined): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = { error };
    for (const listener of this.#listeners) listener(error);
  }
}
