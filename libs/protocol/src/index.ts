export * from './gen/collimator/v1/control_pb.ts';
export * from './gen/collimator/v1/coordinator_pb.ts';
export * from './gen/collimator/v1/error_pb.ts';
export * from './gen/collimator/v1/run_pb.ts';
export * from './gen/collimator/v1/training_pb.ts';
export { fromErrorMessage, toErrorMessage } from './error-message.ts';
export { protocolVersion } from './version.ts';
