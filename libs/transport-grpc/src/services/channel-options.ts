import type { ChannelOptions } from '@grpc/grpc-js';

/** Largest control message in bytes; evaluation reports and jobs are a few KiB. Tensors never take this way. */
export const messageBytesMax = 4 * 1024 * 1024;

/** How long a unary call may take, in milliseconds. */
export const unaryDeadlineMs = 5_000;

const common: ChannelOptions = {
  'grpc.max_receive_message_length': messageBytesMax,
  'grpc.max_send_message_length': messageBytesMax,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.keepalive_permit_without_calls': 1,
};

export const serverOptions: ChannelOptions = { ...common };

/** A call is never repeated blindly, and loopback never goes through a proxy of the environment. */
export const clientOptions: ChannelOptions = {
  ...common,
  'grpc.enable_retries': 0,
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
};
