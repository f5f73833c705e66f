export * from './services/index.ts';
export { grpcTensorTransport } from './tensor/index.ts';
