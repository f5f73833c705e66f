import { type Seed, philox } from './philox.ts';

/**
 * Version of everything in this library that decides bits: generator, derivation of sub-seeds, conversion to floats,
 * normals and integers, and permutations. A run records it.
 */
export const RANDOM_VERSION = 1;

const WORD = 2 ** 32;

/** The key of a user's seed: an integer from 0 to 2⁵³ − 1, split in two words. Throws a `RangeError` for others. */
export function seedFrom(value: number): Seed {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`seed ${value} is not an integer from 0 to ${Number.MAX_SAFE_INTEGER}`);
  }
  return [value % WORD, Math.floor(value / WORD)];
}

/**
 * The sub-seed of a name: a CBC-MAC over its UTF-8 bytes with Philox under the parent seed as the block function.
 * Block 0 is (version, byte length, 0, 0), so that no name's chain is the prefix of another's; the following blocks are
 * the bytes, little endian, filled up with zeros. The sub-seed is the first two words of the last block.
 * @param parent a user's seed or another sub-seed
 */
export function deriveSeed(parent: number | Seed, name: string): Seed {
  const key = typeof parent === 'number' ? seedFrom(parent) : parent;
  const bytes = new TextEncoder().encode(name);
  const state = new Uint32Array(4);
  philox(key, RANDOM_VERSION, bytes.length, 0, 0, state);
  for (let offset = 0; offset < bytes.length; offset += 16) {
    const block = wordsOf(bytes.subarray(offset, offset + 16));
    philox(key, xor(state, block, 0), xor(state, block, 1), xor(state, block, 2), xor(state, block, 3), state);
  }
  return [state[0], state[1]];
}

function xor(a: Uint32Array, b: Uint32Array, index: number): number {
  return (a[index] ^ b[index]) >>> 0;
}

/** Up to 16 bytes as four little-endian words. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const words = new Uint32Array(4);
  bytes.forEach((byte, index) => {
    words[index >>> 2] |= byte << (8 * (index & 3));
  });
  return words;
}
