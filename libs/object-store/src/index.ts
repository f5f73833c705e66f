export { MemoryObjectStore } from './memory-object-store.ts';
export { checkObjectKey, checkObjectPrefix } from './object-key.ts';
export type { ObjectInfo, ObjectStore, PutCondition } from './object-store.ts';
export { objectChanged, objectExists, objectMissing } from './store-errors.ts';
export { checkStoreFormat, ensureStoreFormat, storeFormatVersion } from './store-format.ts';
