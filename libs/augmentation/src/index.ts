export { type AugmentableSample, type Augmenter, createAugmenter } from './augmenter.ts';
export { type DrawnVariation, drawVariation, isIdentity, type Variation } from './draw.ts';
