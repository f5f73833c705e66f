export type { Credentials, PeerAddress } from './credentials.ts';
export {
  maxPayloadBytes,
  tensorHeaderBytes,
  type Frame,
  type FrameSink,
  type FrameSource,
  type TensorClient,
  type TensorServer,
  type TensorTransport,
} from './tensor-transport.ts';
