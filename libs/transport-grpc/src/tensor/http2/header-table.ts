/** One header field: name (lower case) and value. */
export type Field = readonly [name: string, value: string];

/** RFC 7541, Appendix A. */
const staticFields: readonly Field[] = [
  [':authority', ''],
  [':method', 'GET'],
  [':method', 'POST'],
  [':path', '/'],
  [':path', '/index.html'],
  [':scheme', 'http'],
  [':scheme', 'https'],
  ...['200', '204', '206', '304', '400', '404', '500'].map((status): Field => [':status', status]),
  ['accept-charset', ''],
  ['accept-encoding', 'gzip, deflate'],
  ...(
    'accept-language accept-ranges accept access-control-allow-origin age allow authorization cache-control ' +
    'content-disposition content-encoding content-language content-length content-location content-range content-type ' +
    'cookie date etag expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since ' +
    'last-modified link location max-forwards proxy-authenticate proxy-authorization range referer refresh retry-after ' +
    'server set-cookie strict-transport-security transfer-encoding user-agent vary via www-authenticate'
  )
    .split(' ')
    .map((name): Field => [name, '']),
];

/** What RFC 7541 counts for a field beside its characters. */
const fieldOverhead = 32;

/** The table that both ends of a connection keep alike: the static fields, then those that the peer added, newest first. */
export class HeaderTable {
  readonly #limit: number;
  readonly #added: Field[] = [];
  #size = 0;
  #capacity: number;

  /** `limit` is what we advertised as SETTINGS_HEADER_TABLE_SIZE; the peer may use less, never more. */
  constructor(limit: number) {
    this.#limit = limit;
    this.#capacity = limit;
  }

  field(index: number): Field | undefined {
    return index <= staticFields.length ? staticFields[index - 1] : this.#added[index - 1 - staticFields.length];
  }

  add(field: Field): void {
    this.#added.unshift(field);
    this.#size += sizeOf(field);
    this.#evict();
  }

  /** Returns false when the peer wants more than was advertised. */
  resize(capacity: number): boolean {
    if (capacity > this.#limit) return false;
    this.#capacity = capacity;
    this.#evict();
    return true;
  }

  #evict(): void {
    while (this.#size > this.#capacity) {
      const oldest = this.#added.pop();
      if (oldest === undefined) return;
      this.#size -= sizeOf(oldest);
    }
  }
}

/** The size of a field as RFC 7541 §4.1 counts it. */
export function sizeOf([name, value]: Field): number {
  return name.length + value.length + fieldOverhead;
}
