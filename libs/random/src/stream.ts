import { normalQuantile } from './normal.ts';
import { type Seed, philox } from './philox.ts';

const WORD = 2 ** 32;
const TWO_TO_26 = 2 ** 26;

/** Where in a seed's space a stream lies: up to three unsigned 32-bit words, such as (epoch, sample). */
export type StreamAddress =
  readonly [] | readonly [number] | readonly [number, number] | readonly [number, number, number];

/**
 * The random numbers of one address under one seed, in order; unlike addresses are independent. Block b of the stream is
 * the Philox counter (b, address...), missing words zero, so at most 2³⁴ words can be drawn.
 *
 * `new RandomStream(deriveSeed(seed, 'augmentation'), [epoch, sample])`
 */
export class RandomStream {
  readonly #seed: Seed;
  readonly #first: number;
  readonly #second: number;
  readonly #third: number;
  readonly #words = new Uint32Array(4);
  #block = 0;
  #used = 4;

  constructor(seed: Seed, address: StreamAddress = []) {
    for (const word of address) {
      if (!Number.isInteger(word) || word < 0 || word >= WORD) {
        throw new RangeError(
          `stream address ${address.join()} holds ${word}, allowed are integers from 0 to ${WORD - 1}`,
        );
      }
    }
    this.#seed = seed;
    this.#first = address[0] ?? 0;
    this.#second = address[1] ?? 0;
    this.#third = address[2] ?? 0;
  }

  /** The next unsigned 32-bit word. */
  word(): number {
    if (this.#used === 4) {
      if (this.#block === WORD) throw new RangeError('a random stream holds 2^34 words; use a further address');
      philox(this.#seed, this.#block, this.#first, this.#second, this.#third, this.#words);
      this.#block += 1;
      this.#used = 0;
    }
    return this.#words[this.#used++];
  }

  /** The next double in [0, 1): a multiple of 2⁻⁵³, from two words. */
  uniform(): number {
    const upper = this.word() >>> 5;
    const lower = this.word() >>> 6;
    return (upper * TWO_TO_26 + lower) / 2 ** 53;
  }

  /** The next standard normal double, from two words; never beyond ±8.3. */
  normal(): number {
    const upper = this.word() >>> 6;
    const lower = this.word() >>> 6;
    return normalQuantile((upper * TWO_TO_26 + lower + 0.5) / 2 ** 52);
  }

  /**
   * The next integer in [0, bound), all equally likely: words that would favour the small remainders are drawn again.
   * Throws a `RangeError` for a bound that is not an integer from 1 to 2³².
   */
  integer(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > WORD) {
      throw new RangeError(`bound ${bound} is not an integer from 1 to ${WORD}`);
    }
    const fair = WORD - (WORD % bound);
    let word = this.word();
    while (word >= fair) word = this.word();
    return word % bound;
  }
}
