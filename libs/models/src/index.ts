export type { Model, ModelOutputs } from './model.ts';
export { createModel } from './registry.ts';
