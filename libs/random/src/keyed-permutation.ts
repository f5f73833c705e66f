import { type Seed, philox } from './philox.ts';

const ROUNDS = 8;
const SIZE_MAX = 2 ** 52;

/**
 * A pseudo-random permutation of 0..size−1 with random access and no list in memory. Positions are pairs of digits to
 * the base ⌈√size⌉; each of 8 Feistel rounds maps (left, right) to (right, left + F(right) mod base), F being Philox
 * (Black and Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002). A result beyond the size is mapped again
 * (cycle walking); base² exceeds the size by less than 2·base, so that is rare.
 *
 * `new KeyedPermutation(samples, deriveSeed(seed, 'order'), epoch).at(position)`
 */
export class KeyedPermutation {
  readonly size: number;
  readonly #seed: Seed;
  readonly #tweak: number;
  readonly #base: number;
  readonly #words = new Uint32Array(4);

  /**
   * @param size from 1 to 2⁵²
   * @param tweak selects one of 2³² unrelated permutations of a seed, such as the epoch's
   */
  constructor(size: number, seed: Seed, tweak = 0) {
    requireInteger('size', size, 1, SIZE_MAX);
    requireInteger('tweak', tweak, 0, 2 ** 32 - 1);
    this.size = size;
    this.#seed = seed;
    this.#tweak = tweak;
    this.#base = ceilingRoot(size);
  }

  /** What stands at a position: an index in [0, size); every index at exactly one position. Expected O(1). */
  at(position: number): number {
    requireInteger('position', position, 0, this.size - 1);
    let value = position;
    do value = this.#encipher(value);
    while (value >= this.size);
    return value;
  }

  #encipher(value: number): number {
    let left = Math.floor(value / this.#base);
    let right = value % this.#base;
    for (let round = 0; round < ROUNDS; round++) {
      philox(this.#seed, right, round, this.#tweak, 0, this.#words);
      const next = (left + (this.#words[0] % this.#base)) % this.#base;
      left = right;
      right = next;
    }
    return left * this.#base + right;
  }
}

/** The least integer whose square is not below `size`; the root is exact up to one, whatever the rounding. */
function ceilingRoot(size: number): number {
  let root = Math.floor(Math.sqrt(size));
  while (root * root < size) root += 1;
  return root;
}

function requireInteger(name: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw new RangeError(`${name} ${value} of a permutation is not an integer from ${low} to ${high}`);
}
