/** SHA-256 of some bytes, as bytes; injected, because this library knows no platform. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/**
 * The digest of the state after a round: d(s+1) = H(d(s), H(block 0), H(block 1), ...) with the blocks of the reduced
 * vector. Equal round means equal digest on every worker. Hashing can be spread over time, block by block.
 */
export class StateDigest {
  readonly #sha256: Sha256;
  #digest: string;
  #hashes: Uint8Array[] = [];

  /** Starts from the digest of the state before the first round: 64 hexadecimal digits. */
  constructor(initial: string, sha256: Sha256) {
    this.#digest = initial;
    this.#sha256 = sha256;
  }

  /** The digest of the state so far: 64 hexadecimal digits. */
  get digest(): string {
    return this.#digest;
  }

  /** Adds the next block's bytes, in order. */
  add(block: Uint8Array): void {
    this.#hashes.push(this.#sha256(block));
  }

  /** Ends the round and returns the digest of the new state. */
  finishRound(): string {
    const all = [fromHex(this.#digest), ...this.#hashes];
    this.#hashes = [];
    this.#digest = toHex(this.#sha256(concatenate(all)));
    return this.#digest;
  }
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function fromHex(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../gu) ?? [], (pair) => Number.parseInt(pair, 16));
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
