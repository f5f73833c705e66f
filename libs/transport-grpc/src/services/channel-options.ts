import type { ChannelOptions } from '@grpc/grpc-js';

/** Largest control message in bytes; evaluation reports and jobs are a few KiB. Tensors never take this way. */
const messageBytesMax = 4 * 1024 * 1024;

/** How long a unary call may take, in milliseconds. */
export const unaryDeadlineMs = 5_000;

const common: ChannelOptions = {
  'grpc.max_receive_message_length': messageBytesMax,
  'grpc.max_send_message_length': messageBytesMax,
};

export const serverOptions: ChannelOptions = { ...common };

/**
 * A call is never repeated blindly, and loopback never goes through a proxy of the environment. Only the client sends keepalive
 * pings, and it waits long for the answer: a worker's main thread may be busy compiling for many seconds, and must not take
 * its own silence for the peer's. A process that dies closes its connection at once.
 */
export const clientOptions: ChannelOptions = {
  ...common,
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 60_000,
  'grpc.enable_retries': 0,
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
};
