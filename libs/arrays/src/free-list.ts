import { CollimatorError } from '@collimator/errors';

/** Free byte ranges in address order; neighbours are joined. First fit: O(ranges), and ranges are few. */
export class FreeList {
  readonly #ranges: { address: number; bytes: number }[] = [];

  /** Takes `bytes` from the first range that is large enough. */
  take(bytes: number): number | undefined {
    const range = this.#ranges.find((candidate) => candidate.bytes >= bytes);
    return range === undefined ? undefined : this.takeAt(range.address, bytes);
  }

  /** Takes `bytes` at the start of the range that holds `address`, which may have been joined to an earlier one. */
  takeAt(address: number, bytes: number): number {
    const index = this.#ranges.findIndex((range) => range.address <= address && address < range.address + range.bytes);
    const range = this.#ranges[index];
    if (range === undefined) throw new CollimatorError('bug', `no free range holds address ${address}`);
    const start = range.address;
    range.address += bytes;
    range.bytes -= bytes;
    if (range.bytes === 0) this.#ranges.splice(index, 1);
    return start;
  }

  give(address: number, bytes: number): void {
    const next = this.#ranges.findIndex((range) => range.address > address);
    const index = next === -1 ? this.#ranges.length : next;
    this.#ranges.splice(index, 0, { address, bytes });
    this.#join(index);
    this.#join(index - 1);
  }

  /** Joins the range at `index` with the one after it where they touch. */
  #join(index: number): void {
    const range = this.#ranges[index];
    const after = this.#ranges[index + 1];
    if (range === undefined || range.address + range.bytes !== after?.address) return;
    range.bytes += after.bytes;
    this.#ranges.splice(index + 1, 1);
  }
}
