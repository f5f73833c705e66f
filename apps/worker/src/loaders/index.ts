export { createLoaderPool, type LaneBatch, type LoaderPool } from './loader-pool.ts';
