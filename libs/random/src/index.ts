export { KeyedPermutation } from './keyed-permutation.ts';
export { type Counter, type Seed, randomWords } from './philox.ts';
export { RANDOM_VERSION, deriveSeed } from './seed.ts';
export { RandomStream, type StreamAddress } from './stream.ts';
