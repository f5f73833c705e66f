import { CollimatorError } from '@collimator/errors';
import { FreeList } from './free-list.ts';
import { platform, type SharedMemory } from './web-assembly.ts';

/** Bytes per WebAssembly page. */
const pageBytes = 65_536;

/** Every allocation starts at a multiple of this: a cache line, and enough for any SIMD width in use. */
export const alignmentBytes = 64;

/** The most a WebAssembly memory can hold: 4 GiB. */
export const maxArenaBytes = 65_536 * pageBytes;

/**
 * Creates the memory that the threads of one process share. It has its full size at once, because a thread would learn late
 * that another one grew it; the system provides pages when they are first used.
 */
export function createSharedMemory(maxBytes: number): SharedMemory {
  if (!Number.isInteger(maxBytes) || maxBytes < 2 * pageBytes || maxBytes > maxArenaBytes) {
    throw new CollimatorError('bug', `an arena of ${maxBytes} bytes; allowed are ${2 * pageBytes} to ${maxArenaBytes}`);
  }
  const pages = Math.floor(maxBytes / pageBytes);
  const memory = new platform.WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  Atomics.store(takenPages(memory), 0, 1);
  return memory;
}

/** How many pages the arenas of all threads have taken; it lies in the first page, which nobody may allocate. */
function takenPages(memory: SharedMemory): Int32Array<SharedArrayBuffer> {
  return new Int32Array(memory.buffer, 0, 1);
}

/** A float vector in the arena: `address` is its byte address for kernels, `floats` the view of this thread. */
export interface ArenaVector {
  readonly address: number;
  readonly floats: Float32Array<SharedArrayBuffer>;
}

/**
 * Allocates float vectors in a shared memory. Several threads may each have an arena over the same memory: each takes whole
 * pages for itself and frees only what it allocated. Freed space is joined and used again.
 */
export class Arena {
  readonly memory: SharedMemory;
  readonly #free = new FreeList();
  readonly #allocated = new Map<number, number>();

  constructor(memory: SharedMemory) {
    this.memory = memory;
  }

  /** Bytes in use through this arena. */
  get allocatedBytes(): number {
    return [...this.#allocated.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /** A vector with undefined contents. Throws `memory_exhausted` when the memory is full. */
  allocate(floats: number): ArenaVector {
    const bytes = Math.max(1, Math.ceil((floats * 4) / alignmentBytes)) * alignmentBytes;
    const address = this.#free.take(bytes) ?? this.#takePages(bytes);
    this.#allocated.set(address, bytes);
    return { address, floats: this.view(address, floats) };
  }

  /** Gives a vector's space back. Its views must not be used any more. */
  free(address: number): void {
    const bytes = this.#allocated.get(address);
    if (bytes === undefined) throw new CollimatorError('bug', `address ${address} was freed twice or never allocated`);
    this.#allocated.delete(address);
    this.#free.give(address, bytes);
  }

  /** A view of floats that this or another thread allocated. */
  view(address: number, floats: number): Float32Array<SharedArrayBuffer> {
    return new Float32Array(this.memory.buffer, address, floats);
  }

  #takePages(bytes: number): number {
    const pages = Math.ceil(bytes / pageBytes);
    const address = takeOrThrow(this.memory, pages) * pageBytes;
    this.#free.give(address, pages * pageBytes);
    return this.#free.takeAt(address, bytes);
  }
}

function takeOrThrow(memory: SharedMemory, pages: number): number {
  const taken = takenPages(memory);
  const first = Atomics.add(taken, 0, pages);
  if ((first + pages) * pageBytes <= memory.buffer.byteLength) return first;
  Atomics.sub(taken, 0, pages);
  throw new CollimatorError(
    'memory_exhausted',
    `the exchange memory of ${memory.buffer.byteLength} bytes has no ${pages * pageBytes} bytes left`,
    { next: 'use more workers, fewer lanes at once, or a smaller model' },
  );
}
