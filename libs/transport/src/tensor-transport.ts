import type { CollimatorError } from '@collimator/errors';
import type { Credentials, PeerAddress } from './credentials.ts';

/** Every frame starts with a header of exactly this many bytes; what it holds is the collective's affair. */
export const tensorHeaderBytes = 48;

/** The most bytes that the payload of one frame may have. */
export const maxPayloadBytes = 1 << 20;

/** One frame on a tensor stream: a header of `tensorHeaderBytes` (see `libs/collectives`) and raw bytes. */
export interface Frame {
  readonly header: Uint8Array;
  readonly payload: Uint8Array;
}

/**
 * The sending half of one peer's long-lived pull stream. The receiver opened it (RPC client, large window).
 * Frames arrive in the order in which they were sent.
 */
export interface FrameSink {
  /** The member that receives, as it named itself. */
  readonly peer: string;
  readonly channel: string;
  /**
   * `flushed` is called once the transport no longer references the bytes, also when the stream ended before they were
   * sent; until then they must not change.
   */
  send(frame: Frame, flushed: () => void): void;
  /** Ends the stream after the frames before; the receiver's `closed` gets the error's code and message. */
  close(error?: CollimatorError): void;
  /** Called once when the stream has ended: without an error when either side closed it on purpose. */
  onClosed(listener: (error: CollimatorError | undefined) => void): void;
}

/**
 * The receiving half. `place` is asked with the header of each frame where its payload belongs (exactly `payloadBytes`
 * long, in shared memory); the transport puts the bytes there with no buffer between, then calls `arrived`. The header is
 * valid during the call only. What `place` throws ends the stream and comes back in `closed`.
 */
export interface FrameSource {
  readonly place: (header: Uint8Array, payloadBytes: number) => Uint8Array<SharedArrayBuffer>;
  readonly arrived: () => void;
  /** Called once. Without an error when either side closed the stream on purpose. */
  readonly closed: (error: CollimatorError | undefined) => void;
}

export interface TensorServer {
  readonly address: PeerAddress;
  close(): Promise<void>;
}

/** One connection to one peer, shared by its pulls. Opened at the first pull. */
export interface TensorClient {
  /** Opens the channel `channel` of this peer as member `self` and receives until either side closes. */
  pull(channel: string, self: string, source: FrameSource): void;
  /** Ends all pulls; from now on nothing is written to any place that a source named. */
  close(): void;
}

/** Codes of the errors that streams end with: `unauthenticated`, `peer_lost`, `protocol_version`, `protocol_violation`. */
export interface TensorTransport {
  /** Listens on a free port of `host`. `opened` is called for each pull of a peer that knows the credentials. */
  serve(
    options: { readonly credentials: Credentials; readonly host: string },
    opened: (sink: FrameSink) => void,
  ): Promise<TensorServer>;
  connect(peer: PeerAddress, credentials: Credentials): TensorClient;
}
