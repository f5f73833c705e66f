import { memoryTensorTransport } from './memory-tensor-transport.ts';
import { tensorTransportCompliance } from './tensor-transport-compliance.ts';

tensorTransportCompliance('memory', memoryTensorTransport);
