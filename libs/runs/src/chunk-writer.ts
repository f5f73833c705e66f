import { CollimatorError } from '@collimator/errors';
import { type ObjectStore } from '@collimator/object-store';
import { chunkKey } from './chunk-key.ts';

/** Bounds of a file that grows by objects. */
export interface ChunkLimits {
  /** A chunk that has reached this size is finished. */
  readonly chunkBytes: number;
  /** Lines beyond this size, all that wait for the store together, are not taken. */
  readonly waitingBytes: number;
}

const defaultLimits: ChunkLimits = { chunkBytes: 256 * 1024, waitingBytes: 4 * 1024 * 1024 };

/**
 * Appends lines to a file that grows by objects: at each flush the newest chunk is written again, longer, until it is
 * full. Readers only ever see whole lines. A restarted writer begins a new chunk, and never writes into another's.
 */
export class ChunkWriter {
  readonly #store: ObjectStore;
  readonly #prefix: string;
  readonly #limits: ChunkLimits;
  #index: number;
  /** What the store has of the current chunk. */
  #written: Uint8Array = new Uint8Array(0);
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #flushing: Promise<void> = Promise.resolve();

  private constructor(store: ObjectStore, prefix: string, index: number, limits: ChunkLimits) {
    this.#store = store;
    this.#prefix = prefix;
    this.#index = index;
    this.#limits = limits;
  }

  /** Continues the file behind the chunks that it has. */
  static async open(store: ObjectStore, prefix: string, limits = defaultLimits): Promise<ChunkWriter> {
    let chunks = 0;
    for await (const { key } of store.list(prefix)) if (key.endsWith('.jsonl')) chunks += 1;
    return new ChunkWriter(store, prefix, chunks, limits);
  }

  /** Takes a line, without its newline, for the next flush; false where too much waits already. */
  append(line: string): boolean {
    const bytes = new TextEncoder().encode(`${line}\n`);
    if (this.#waitingBytes + bytes.byteLength > this.#limits.waitingBytes) return false;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.byteLength;
    return true;
  }

  /** Writes all lines taken so far. After an error of the store they wait for the next flush. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.catch(() => undefined).then(() => this.#write());
    return this.#flushing;
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const lines = this.#linesOfChunk();
      const chunk = joined([this.#written, ...lines]);
      await this.#put(chunk);
      this.#waiting = this.#waiting.slice(lines.length);
      this.#waitingBytes -= chunk.byteLength - this.#written.byteLength;
      const full = chunk.byteLength >= this.#limits.chunkBytes;
      this.#written = full ? new Uint8Array(0) : chunk;
      if (full) this.#index += 1;
    }
  }

  /** As many waiting lines as the current chunk takes; at least one. A copy, since more may come while they are written. */
  #linesOfChunk(): Uint8Array[] {
    let bytes = this.#written.byteLength;
    const beyond = this.#waiting.findIndex((line) => {
      const full = bytes >= this.#limits.chunkBytes;
      bytes += line.byteLength;
      return full;
    });
    return this.#waiting.slice(0, beyond === -1 ? this.#waiting.length : beyond);
  }

  async #put(chunk: Uint8Array): Promise<void> {
    const key = chunkKey(this.#prefix, this.#index);
    if (this.#written.byteLength > 0) {
      await this.#store.put(key, chunk);
      return;
    }
    try {
      await this.#store.put(key, chunk, { kind: 'absent' });
    } catch (error) {
      if (!(error instanceof CollimatorError && error.code === 'object_exists')) throw error;
      this.#index += 1;
      await this.#put(chunk);
    }
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((bytes, part) => bytes + part.byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.byteLength;
  }
  return whole;
}
