export { objectStoreCompliance, type StoreUnderTest } from './object-store-compliance.ts';
export { memoryTensorTransport } from './memory-tensor-transport.ts';
export { tensorTransportCompliance } from './tensor-transport-compliance.ts';
export { byteArray, npyFile, npzFile, numberArray, smallDataset, type TestArray } from './npz-file.ts';
