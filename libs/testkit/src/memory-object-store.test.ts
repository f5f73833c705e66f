import { MemoryObjectStore } from '@collimator/object-store';
import { objectStoreCompliance } from './object-store-compliance.ts';

objectStoreCompliance('MemoryObjectStore', () => Promise.resolve({ store: new MemoryObjectStore() }));
