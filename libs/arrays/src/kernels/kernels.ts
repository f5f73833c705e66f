import { platform, type SharedMemory } from '../web-assembly.ts';
import { kernelsBase64 } from './kernels.generated.ts';

/** Kernels over one shared memory. Addresses are in bytes, counts in floats; O(n), no allocation. */
export interface Kernels {
  /** `dst[i] = a[i] + b[i]`, one rounding each, subnormals kept, left operand first; `dst` may be `a` or `b`. */
  add(dst: number, a: number, b: number, n: number): void;
  /** Whether no value is infinite or NaN. */
  allFinite(address: number, n: number): boolean;
}

interface Exports {
  readonly add: (dst: number, a: number, b: number, n: number) => void;
  readonly allFinite: (address: number, n: number) => number;
}

/** Instantiates the kernels over `memory`. Each thread has its own instance over the same memory. */
export function createKernels(memory: SharedMemory): Kernels {
  const module = new platform.WebAssembly.Module(decodeBase64(kernelsBase64));
  const { exports } = new platform.WebAssembly.Instance(module, { arena: { memory } });
  const { add, allFinite } = exports as Exports;
  return { add, allFinite: (address, n) => allFinite(address, n) === 1 };
}

function decodeBase64(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(platform.atob(base64), (character) => character.charCodeAt(0));
}
