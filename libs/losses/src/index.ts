export type { LabelForm, Loss, LossSums } from './loss.ts';
export { type Overlap, foreground, hardOverlap, labelRows, pixelRows } from './overlap.ts';
export { createLoss } from './registry.ts';
