export { KeyedPermutation } from './keyed-permutation.ts';
export { normalQuantile } from './normal.ts';
export { type Counter, type Seed, philox, randomWords } from './philox.ts';
export { RANDOM_VERSION, deriveSeed, seedFrom } from './seed.ts';
export { RandomStream, type StreamAddress } from './stream.ts';
