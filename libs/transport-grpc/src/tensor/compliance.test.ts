import { tensorTransportCompliance } from '@collimator/testkit';
import { grpcTensorTransport } from './index.ts';

tensorTransportCompliance('gRPC', () => grpcTensorTransport);
