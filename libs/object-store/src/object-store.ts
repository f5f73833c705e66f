/** What is known of an object without reading it. */
export interface ObjectInfo {
  /** Slash-separated, relative to the store's root. */
  readonly key: string;
  readonly bytes: number;
  /** Changes with every change of the content. */
  readonly version: string;
}

/** `absent`: only if nothing has that key. `version`: only if the object still is that version. */
export type PutCondition = { readonly kind: 'absent' } | { readonly kind: 'version'; readonly version: string };

/**
 * Objects by key. Every put is atomic: a reader sees the whole old or the whole new object, never a part.
 * Errors: `object_missing`, `object_exists` and `object_changed` (failed conditions), `store_denied`, `store_read_only`,
 * `store_full`, `store_unreachable`, `format_version`.
 */
export interface ObjectStore {
  /** For messages: `file:/home/me/.collimator`. */
  readonly location: string;
  put(key: string, content: Uint8Array, condition?: PutCondition): Promise<ObjectInfo>;
  get(key: string): Promise<Uint8Array>;
  /** Bytes [from, from + length), shorter at the object's end. */
  getRange(key: string, from: number, length: number): Promise<Uint8Array>;
  head(key: string): Promise<ObjectInfo | undefined>;
  /** All objects under a prefix, in key order. */
  list(prefix: string): AsyncIterable<ObjectInfo>;
  /** No error where nothing is. */
  delete(key: string): Promise<void>;
}
