import { type ObjectStore } from '@collimator/object-store';
import { chunkKey } from './chunk-key.ts';

/** Reads what is new in a file that grows by objects. */
export class ChunkReader {
  readonly #store: ObjectStore;
  readonly #prefix: string;
  #index = 0;
  #offset = 0;

  constructor(store: ObjectStore, prefix: string) {
    this.#store = store;
    this.#prefix = prefix;
  }

  /** The lines that came since the last call. */
  async readNew(): Promise<string[]> {
    const lines: string[] = [];
    for (;;) {
      // A chunk that has a successor is finished; so look for the successor before reading to the end.
      const successor = await this.#store.head(chunkKey(this.#prefix, this.#index + 1));
      lines.push(...(await this.#restOfChunk()));
      if (successor === undefined) return lines;
      this.#index += 1;
      this.#offset = 0;
    }
  }

  async #restOfChunk(): Promise<string[]> {
    const key = chunkKey(this.#prefix, this.#index);
    const info = await this.#store.head(key);
    if (info === undefined || info.bytes <= this.#offset) return [];
    const bytes = await this.#store.getRange(key, this.#offset, info.bytes - this.#offset);
    this.#offset += bytes.byteLength;
    return new TextDecoder()
      .decode(bytes)
      .split('\n')
      .filter((line) => line !== '');
  }
}
