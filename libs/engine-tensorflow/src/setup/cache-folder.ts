import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where engines are kept, outside of `node_modules`: `COLLIMATOR_ENGINE_CACHE`, or `collimator/engine` in
 * `XDG_CACHE_HOME` or in `~/.cache`.
 */
export function defaultCacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.COLLIMATOR_ENGINE_CACHE) return environment.COLLIMATOR_ENGINE_CACHE;
  return join(environment.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'collimator', 'engine');
}

/** The parts of a cache folder. Everything but `partial` and `lock` is complete: it came there by one rename. */
export class CacheFolder {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  /** Held by the one process that installs. */
  get lock(): string {
    return join(this.root, 'lock');
  }

  /** Work in progress; what is left there after an interruption is garbage. */
  get partial(): string {
    return join(this.root, 'partial');
  }

  /** Removes what an interrupted process left; its pip or g++ may still be writing for a moment. */
  async clearPartial(): Promise<void> {
    await rm(this.partial, { recursive: true, force: true, maxRetries: 5 });
  }

  /** A wheel that was fetched and hash-checked, until its members are unpacked. */
  wheel(file: string): string {
    return join(this.root, 'wheels', file);
  }

  /** TensorFlow's libraries and headers, shared by all engines that are compiled against them. */
  libraries(key: string): string {
    return join(this.root, 'libraries', key);
  }

  /** The compiled addons of one engine. */
  engine(key: string): string {
    return join(this.root, 'engines', key);
  }
}
