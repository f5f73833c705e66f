export { createModel } from './registry.ts';
