export { type BatchOptions } from './loader-options.ts';
export {
  createLoaderPool,
  type LaneBatch,
  type LoaderPool,
  type LoaderPoolOptions,
  type LoaderStats,
} from './loader-pool.ts';
