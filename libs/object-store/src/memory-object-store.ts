import { checkObjectKey, checkObjectPrefix } from './object-key.ts';
import { type ObjectInfo, type ObjectStore, type PutCondition } from './object-store.ts';
import { objectChanged, objectExists, objectMissing } from './store-errors.ts';

interface StoredObject {
  readonly content: Uint8Array;
  readonly info: ObjectInfo;
}

/** An object store that lives as long as its instance: for tests, and for runs that keep nothing. */
export class MemoryObjectStore implements ObjectStore {
  readonly location: string;
  readonly #objects = new Map<string, StoredObject>();
  #puts = 0;

  constructor(name = 'memory') {
    this.location = `memory:${name}`;
  }

  put(key: string, content: Uint8Array, condition?: PutCondition): Promise<ObjectInfo> {
    return Promise.resolve().then(() => {
      checkObjectKey(key);
      this.#requireCondition(key, condition);
      this.#puts += 1;
      const info = { key, bytes: content.byteLength, version: String(this.#puts) };
      this.#objects.set(key, { content: new Uint8Array(content), info });
      return info;
    });
  }

  get(key: string): Promise<Uint8Array> {
    return Promise.resolve().then(() => this.#stored(key).content.slice());
  }

  getRange(key: string, from: number, length: number): Promise<Uint8Array> {
    return Promise.resolve().then(() => this.#stored(key).content.slice(from, from + length));
  }

  head(key: string): Promise<ObjectInfo | undefined> {
    return Promise.resolve().then(() => {
      checkObjectKey(key);
      return this.#objects.get(key)?.info;
    });
  }

  async *list(prefix: string): AsyncGenerator<ObjectInfo> {
    checkObjectPrefix(prefix);
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(prefix)).sort();
    for (const key of keys) {
      const stored = await Promise.resolve(this.#objects.get(key));
      if (stored !== undefined) yield stored.info;
    }
  }

  delete(key: string): Promise<void> {
    return Promise.resolve().then(() => {
      checkObjectKey(key);
      this.#objects.delete(key);
    });
  }

  #stored(key: string): StoredObject {
    checkObjectKey(key);
    const stored = this.#objects.get(key);
    if (stored === undefined) throw objectMissing(this.location, key);
    return stored;
  }

  #requireCondition(key: string, condition: PutCondition | undefined): void {
    const actual = this.#objects.get(key)?.info.version;
    if (condition?.kind === 'absent' && actual !== undefined) throw objectExists(this.location, key);
    if (condition?.kind === 'version' && actual !== condition.version) {
      throw objectChanged(this.location, key, condition.version, actual);
    }
  }
}
