import type { Arena } from '@collimator/arrays';
import { type Blocks, type Storage, storageKey } from '@collimator/collectives';
import { CollimatorError } from '@collimator/errors';

/**
 * Where the values of one round lie. Lane vectors belong to the main thread's arena, everything else to this thread's. The
 * first slice of a block lies where the finished block will be: with two workers nothing is ever staged.
 */
export class RoundMemory {
  readonly blocks: Blocks;
  readonly #arena: Arena;
  readonly #freeLane: (address: number) => void;
  readonly #addresses = new Map<string, number>();
  /** By block, the slice that lies in the reduced vector. */
  readonly #inPlace = new Map<number, string>();

  constructor(blocks: Blocks, arena: Arena, freeLane: (address: number) => void) {
    this.blocks = blocks;
    this.#arena = arena;
    this.#freeLane = freeLane;
  }

  /** A lane's vector, written by the main thread. */
  put(lane: number, address: number): void {
    this.#addresses.set(storageKey({ kind: 'lane', lane }), address);
  }

  /** The address of one block of a storage. Slices and the reduced vector are allocated when they are first named. */
  addressOf(storage: Storage, block: number): number {
    const start = this.#addresses.get(storageKey(storage)) ?? this.#allocate(storage);
    return storage.kind === 'slice' ? start : start + this.blocks.range(block).offset * 4;
  }

  bytesOf(storage: Storage, block: number): Uint8Array<SharedArrayBuffer> {
    const { length } = this.blocks.range(block);
    return new Uint8Array(this.#arena.memory.buffer, this.addressOf(storage, block), length * 4);
  }

  free(storage: Storage): void {
    const key = storageKey(storage);
    const address = this.#addresses.get(key);
    if (address === undefined) throw new CollimatorError('bug', `${key} is freed but was never there`);
    this.#addresses.delete(key);
    if (storage.kind === 'lane') this.#freeLane(address);
    else if (storage.kind === 'reduced' || this.#inPlace.get(storage.block) !== key) this.#arena.free(address);
  }

  #allocate(storage: Storage): number {
    if (storage.kind === 'lane') throw new CollimatorError('bug', `lane ${storage.lane} is used before it is written`);
    const address =
      storage.kind === 'slice' ? this.#allocateSlice(storage) : this.#allocateFloats(this.blocks.vectorLength);
    this.#addresses.set(storageKey(storage), address);
    return address;
  }

  #allocateSlice(slice: Extract<Storage, { kind: 'slice' }>): number {
    if (this.#inPlace.has(slice.block)) return this.#allocateFloats(this.blocks.range(slice.block).length);
    this.#inPlace.set(slice.block, storageKey(slice));
    return this.addressOf({ kind: 'reduced' }, slice.block);
  }

  #allocateFloats(floats: number): number {
    return this.#arena.allocate(floats).address;
  }
}
