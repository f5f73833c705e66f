export type { ObjectInfo, ObjectStore, PutCondition } from './object-store.ts';
