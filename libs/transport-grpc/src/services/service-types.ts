import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import type { GenServiceMethods } from '@bufbuild/protobuf/codegenv2';

type Method = GenServiceMethods[string];
type Kind<M extends Method> = M['methodKind'];

/** What a handler knows of its call besides the request. */
export interface CallContext {
  /**
   * Aborts when the caller is gone: broken connection, cancellation, deadline. The requests of a stream have then ended,
   * and its handler ends its output.
   */
  readonly signal: AbortSignal;
}

/** How a service implements a method, by its kind. */
export type MethodHandler<M extends Method> =
  Kind<M> extends 'unary'
    ? (request: MessageShape<M['input']>, context: CallContext) => Promise<MessageInitShape<M['output']>>
    : Kind<M> extends 'server_streaming'
      ? (request: MessageShape<M['input']>, context: CallContext) => AsyncIterable<MessageInitShape<M['output']>>
      : Kind<M> extends 'bidi_streaming'
        ? (
            requests: AsyncIterable<MessageShape<M['input']>>,
            context: CallContext,
          ) => AsyncIterable<MessageInitShape<M['output']>>
        : never;

export type ServiceHandlers<Methods extends GenServiceMethods> = {
  readonly [K in keyof Methods]: MethodHandler<Methods[K]>;
};

/** An open stream in both directions, seen by the client. */
export interface DuplexCall<Input extends DescMessage, Output extends DescMessage> {
  /** Ends when the server ends the stream; throws the server's `CollimatorError`, or `peer_lost` when it is gone. */
  readonly messages: AsyncIterable<MessageShape<Output>>;
  /** Settles when the message is handed to the connection; never rejects: a broken stream is told by `messages`. */
  send(message: MessageInitShape<Input>): Promise<void>;
  /** Ends the client's direction; the server's messages still arrive. */
  end(): void;
  /** Breaks off both directions. */
  cancel(): void;
  /** Settles when both directions are over, however they ended. */
  readonly closed: Promise<void>;
}

/** A stream from the server, seen by the client: iterate it, or break it off. */
export interface ServerStream<Output extends DescMessage> {
  readonly messages: AsyncIterable<MessageShape<Output>>;
  cancel(): void;
}

/** How a client calls a method, by its kind. */
export type MethodCaller<M extends Method> =
  Kind<M> extends 'unary'
    ? (request: MessageInitShape<M['input']>) => Promise<MessageShape<M['output']>>
    : Kind<M> extends 'server_streaming'
      ? (request: MessageInitShape<M['input']>) => ServerStream<M['output']>
      : Kind<M> extends 'bidi_streaming'
        ? () => DuplexCall<M['input'], M['output']>
        : never;

export type ServiceClient<Methods extends GenServiceMethods> = {
  readonly [K in keyof Methods]: MethodCaller<Methods[K]>;
};
