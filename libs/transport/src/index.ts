export type { Credentials, PeerAddress } from './credentials.ts';
export type { Frame, FrameSink, FrameSource, TensorClient, TensorServer, TensorTransport } from './tensor-transport.ts';
