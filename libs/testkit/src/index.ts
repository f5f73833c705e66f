export { objectStoreCompliance, type StoreUnderTest } from './object-store-compliance.ts';
