import type { Credentials, PeerAddress } from './credentials.ts';

/** One frame on a tensor stream: a small encoded header (see `libs/collectives`) and raw bytes. */
export interface Frame {
  readonly header: Uint8Array;
  readonly payload: Uint8Array;
}

/**
 * The sending half of one peer's long-lived pull stream. The receiver opened it (RPC client, large window).
 * `flushed` settles when the transport no longer references the bytes; until then they must not change.
 */
export interface FrameSink {
  readonly peer: string;
  readonly channel: string;
  send(frame: Frame): { readonly flushed: Promise<void> };
  close(error?: unknown): void;
}

/**
 * The receiving half. `place` is asked with the header of each frame where its payload belongs; the transport copies the
 * bytes there once (no intermediate buffer) and then calls `arrived`. Returning undefined refuses the stream.
 */
export interface FrameSource {
  readonly place: (header: Uint8Array, payloadBytes: number) => Uint8Array | undefined;
  readonly arrived: (header: Uint8Array) => void;
  readonly closed: (error: unknown) => void;
}

export interface TensorServer {
  readonly address: PeerAddress;
  close(): Promise<void>;
}

export interface TensorClient {
  /** Opens the channel `channel` of this peer as member `self` and receives until either side closes. */
  pull(channel: string, self: string, source: FrameSource): { close(): void };
  close(): void;
}

export interface TensorTransport {
  serve(
    options: { readonly credentials: Credentials; readonly host: string },
    opened: (sink: FrameSink) => void,
  ): Promise<TensorServer>;
  connect(peer: PeerAddress, credentials: Credentials): TensorClient;
}
