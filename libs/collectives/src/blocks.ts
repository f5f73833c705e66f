/**
 * Floats per block: 256 KiB on the wire. Part of the numeric format (a state digest hashes blocks), so it depends on
 * nothing. Within the frame sizes (256 KiB to 1 MiB) that long-lived gRPC streams carry well; other sizes were not compared.
 */
export const blockFloats = 65_536;

export interface BlockRange {
  /** First float and number of floats. */
  readonly offset: number;
  readonly length: number;
}

/** How a vector is cut: equal blocks, the last one shorter. */
export class Blocks {
  readonly vectorLength: number;
  readonly count: number;
  readonly #size: number;

  constructor(vectorLength: number, size = blockFloats) {
    this.vectorLength = vectorLength;
    this.count = Math.ceil(vectorLength / size);
    this.#size = size;
  }

  range(block: number): BlockRange {
    const offset = block * this.#size;
    return { offset, length: Math.min(this.#size, this.vectorLength - offset) };
  }

  /** The block that starts at a float offset; undefined when none does. */
  at(offset: number): number | undefined {
    const block = offset / this.#size;
    return Number.isInteger(block) && block >= 0 && block < this.count ? block : undefined;
  }
}

/**
 * The rank that sums a block: contiguous chunks, one for each worker. A vector with fewer blocks than workers goes to rank
 * 0 alone: its cost is the number of messages, and one owner needs 2(N−1) of them instead of up to N(N−1).
 */
export function ownerOf(block: number, blockCount: number, workers: number): number {
  return blockCount < workers ? 0 : Math.floor(((block + 1) * workers - 1) / blockCount);
}
