/** A shared WebAssembly memory: growing it leaves older views valid, because its bytes never move. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
  /** Adds pages of 64 KiB and returns how many there were; atomic between threads. Throws when the maximum is reached. */
  grow(pages: number): number;
}

interface Platform {
  readonly WebAssembly: {
    readonly Memory: new (limits: { initial: number; maximum: number; shared: true }) => SharedMemory;
    readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
    readonly Instance: new (
      module: object,
      imports: Record<string, Record<string, unknown>>,
    ) => { readonly exports: unknown };
  };
  readonly atob: (base64: string) => string;
}

/** What this library uses of the platform; its types are in none of the language's own libraries. */
export const platform = globalThis as unknown as Platform;
