import type { TensorTransport } from '@collimator/transport';
import { GrpcTensorClient } from './tensor-client.ts';
import { serveTensors } from './tensor-server.ts';

/** Tensor streams that are gRPC on the wire, over a small HTTP/2 of our own: docs/adr/0004-tensor-streams.md. */
export const grpcTensorTransport: TensorTransport = {
  serve: serveTensors,
  connect: (peer, credentials) => new GrpcTensorClient(peer, credentials),
};
