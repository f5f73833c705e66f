export { MessageQueue } from './message-queue.ts';
export { connect, type Connection } from './service-client.ts';
export {
  implement,
  serveServices,
  type ServeOptions,
  type ServiceImplementation,
  type ServicesServer,
} from './service-server.ts';
export type { ServiceDescriptor } from './service-definition.ts';
export type {
  CallContext,
  DuplexCall,
  MethodCaller,
  MethodHandler,
  ServerStream,
  ServiceClient,
  ServiceHandlers,
} from './service-types.ts';
export { fromServiceError, toStatusError } from './status.ts';
