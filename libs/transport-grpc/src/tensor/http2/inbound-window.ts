import { ErrorCode, Http2Error } from './http2-error.ts';

/** How much the peer may still send, for a stream or the connection; topped up whenever half of it is used. */
export class InboundWindow {
  readonly #size: number;
  #left: number;

  constructor(size: number, left = size) {
    this.#size = size;
    this.#left = left;
  }

  /** Counts received bytes and returns by how much to widen the window, 0 when it is still half open. */
  take(bytes: number): number {
    this.#left -= bytes;
    if (this.#left < 0) throw new Http2Error(ErrorCode.flowControl, 'more bytes than the window allows');
    const used = this.#size - this.#left;
    if (used < this.#size / 2) return 0;
    this.#left = this.#size;
    return used;
  }
}
