/** A WebAssembly memory that threads share; it never moves or shrinks. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
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
