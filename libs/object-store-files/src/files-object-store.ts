import { type BigIntStats } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CollimatorError } from '@collimator/errors';
import {
  checkObjectKey,
  checkObjectPrefix,
  objectChanged,
  objectExists,
  objectMissing,
  type ObjectInfo,
  type ObjectStore,
  type PutCondition,
} from '@collimator/object-store';
import { errnoOf, isMissing, storeError } from './file-errors.ts';
import { walkKeys } from './folder-walk.ts';
import { withKeyLock } from './key-lock.ts';
import { makeFolder } from './make-folder.ts';
import { discard, discardAbandoned, linkAs, replaceWith, stage, statFile } from './staged-file.ts';

const scheme = 'file:';

/**
 * An object store in a folder of this machine. Folders are 0700, files 0600. A put is durable when it returns: written aside,
 * synchronised, then renamed. Conditions hold between processes of one machine; `absent` also on a shared file system.
 */
export class FilesObjectStore implements ObjectStore {
  readonly location: string;
  readonly #root: string;
  #prepared: Promise<void> | undefined;

  /** @param folder made on the first put where it does not exist. */
  constructor(folder: string) {
    this.#root = resolve(folder);
    this.location = scheme + this.#root;
  }

  /**
   * The store of a location such as `file:.collimator`.
   *
   * @throws CollimatorError `usage` where the location is of another kind.
   */
  static at(location: string): FilesObjectStore {
    const folder = location.startsWith(scheme) ? location.slice(scheme.length).replace(/^\/\//, '') : '';
    if (folder !== '') return new FilesObjectStore(folder);
    throw new CollimatorError('usage', `store ${JSON.stringify(location)} is not a known kind; allowed: file:FOLDER`, {
      next: 'Give a store such as --store file:.collimator.',
    });
  }

  async put(key: string, content: Uint8Array, condition?: PutCondition): Promise<ObjectInfo> {
    checkObjectKey(key);
    return this.#guard(`write "${key}"`, async () => {
      await this.#prepare();
      if (condition?.kind === 'absent') return this.#create(key, content);
      return withKeyLock(this.#pathOf(key), () => this.#replace(key, content, condition?.version));
    });
  }

  async get(key: string): Promise<Uint8Array> {
    checkObjectKey(key);
    return this.#guard(`read "${key}"`, () => this.#reading(key, () => readRange(this.#pathOf(key), 0, Infinity)));
  }

  async getRange(key: string, from: number, length: number): Promise<Uint8Array> {
    checkObjectKey(key);
    return this.#guard(`read "${key}"`, () => this.#reading(key, () => readRange(this.#pathOf(key), from, length)));
  }

  async head(key: string): Promise<ObjectInfo | undefined> {
    checkObjectKey(key);
    return this.#guard(`look up "${key}"`, async () => {
      const found = await statFile(this.#pathOf(key));
      return found === undefined ? undefined : infoOf(key, found);
    });
  }

  async *list(prefix: string): AsyncGenerator<ObjectInfo> {
    checkObjectPrefix(prefix);
    try {
      for await (const key of walkKeys(this.#root, prefix)) {
        const info = await this.head(key);
        if (info !== undefined) yield info;
      }
    } catch (error) {
      throw storeError(error, this.location, `list "${prefix}"`);
    }
  }

  async delete(key: string): Promise<void> {
    checkObjectKey(key);
    await this.#guard(`delete "${key}"`, async () => {
      if ((await statFile(this.#pathOf(key))) === undefined) return;
      await withKeyLock(this.#pathOf(key), () => rm(this.#pathOf(key), { force: true }));
    });
  }

  #pathOf(key: string): string {
    return join(this.#root, key);
  }

  async #create(key: string, content: Uint8Array): Promise<ObjectInfo> {
    if ((await statFile(this.#pathOf(key))) !== undefined) throw objectExists(this.location, key);
    const staged = await stage(this.#root, content);
    try {
      await linkAs(staged, this.#pathOf(key));
      return infoOf(key, staged.found);
    } catch (error) {
      throw errnoOf(error) === 'EEXIST' ? objectExists(this.location, key, error) : error;
    } finally {
      await discard(staged);
    }
  }

  async #replace(key: string, content: Uint8Array, expected: string | undefined): Promise<ObjectInfo> {
    const found = await statFile(this.#pathOf(key));
    const actual = found === undefined ? undefined : versionOf(found);
    if (expected !== undefined && actual !== expected) throw objectChanged(this.location, key, expected, actual);
    const staged = await stage(this.#root, content, found);
    try {
      await replaceWith(staged, this.#pathOf(key));
      return infoOf(key, staged.found);
    } catch (error) {
      await discard(staged);
      throw error;
    }
  }

  /** Makes the root, once, and clears what dead processes left in it. */
  #prepare(): Promise<void> {
    this.#prepared ??= makeFolder(this.#root)
      .then(() => discardAbandoned(this.#root, Date.now()))
      .catch((error: unknown) => {
        this.#prepared = undefined;
        throw error;
      });
    return this.#prepared;
  }

  async #reading(key: string, read: () => Promise<Uint8Array>): Promise<Uint8Array> {
    try {
      return await read();
    } catch (error) {
      throw isMissing(error) ? objectMissing(this.location, key, error) : error;
    }
  }

  async #guard<Result>(action: string, run: () => Promise<Result>): Promise<Result> {
    try {
      return await run();
    } catch (error) {
      throw storeError(error, this.location, action);
    }
  }
}

async function readRange(path: string, from: number, length: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const content = new Uint8Array(Math.max(0, Math.min(length, size - from)));
    let filled = 0;
    while (filled < content.length) {
      const { bytesRead } = await file.read(content, filled, content.length - filled, from + filled);
      if (bytesRead === 0) return content.subarray(0, filled);
      filled += bytesRead;
    }
    return content;
  } finally {
    await file.close();
  }
}

function infoOf(key: string, found: BigIntStats): ObjectInfo {
  return { key, bytes: Number(found.size), version: versionOf(found) };
}

/** A rename gives the name another inode, and a replaced file's time stays behind: both together name one content. */
function versionOf(found: BigIntStats): string {
  return `${found.ino.toString(36)}-${found.mtimeNs.toString(36)}-${found.size.toString(36)}`;
}
