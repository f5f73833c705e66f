import { type EventEmitter, once } from 'node:events';
import { type DescMessage, type DescMethod, type Message, type MessageInitShape, create } from '@bufbuild/protobuf';
import type { GenServiceMethods } from '@bufbuild/protobuf/codegenv2';
import { CollimatorError } from '@collimator/errors';
import type { Credentials, PeerAddress } from '@collimator/transport';
import * as grpc from '@grpc/grpc-js';
import { authenticate } from './call-credentials.ts';
import { serverOptions } from './channel-options.ts';
import { MessageQueue } from './message-queue.ts';
import { type ServiceDescriptor, serviceDefinition } from './service-definition.ts';
import type { CallContext, ServiceHandlers } from './service-types.ts';
import { toStatusError } from './status.ts';

type Output = MessageInitShape<DescMessage>;
type UnaryHandler = (request: Message, context: CallContext) => Promise<Output>;
type ServerStreamHandler = (request: Message, context: CallContext) => AsyncIterable<Output>;
type DuplexHandler = (requests: AsyncIterable<Message>, context: CallContext) => AsyncIterable<Output>;

/** A service with the functions that implement it. */
export interface ServiceImplementation {
  readonly service: ServiceDescriptor;
  readonly handlers: object;
}

/** Ties handlers to a service, so that the types of every method are checked. */
export function implement<Methods extends GenServiceMethods>(
  service: ServiceDescriptor<Methods>,
  handlers: ServiceHandlers<NoInfer<Methods>>,
): ServiceImplementation {
  return { service: service, handlers };
}

export interface ServeOptions {
  readonly host: string;
  readonly credentials: Credentials;
  readonly services: readonly ServiceImplementation[];
}

export interface ServicesServer {
  readonly address: PeerAddress;
  /** Lets open calls finish for `graceMs`, then breaks them off. */
  close(graceMs?: number): Promise<void>;
}

/**
 * Serves gRPC services on a port of the system's choice. Every call must carry the credentials.
 * @throws peer_lost when the host cannot be bound.
 */
export async function serveServices(options: ServeOptions): Promise<ServicesServer> {
  const server = new grpc.Server(serverOptions);
  for (const implementation of options.services) addService(server, implementation, options.credentials);
  const port = await bind(server, options.host);
  return { address: { host: options.host, port }, close: (graceMs = 1_000) => close(server, graceMs) };
}

function bind(server: grpc.Server, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`${host}:0`, grpc.ServerCredentials.createInsecure(), (cause, port) => {
      if (cause === null) resolve(port);
      else reject(new CollimatorError('peer_lost', `cannot listen on ${host}: ${cause.message}`, { cause }));
    });
  });
}

function close(server: grpc.Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => {
      server.forceShutdown();
    }, graceMs);
    server.tryShutdown(() => {
      clearTimeout(force);
      resolve();
    });
  });
}

function addService(server: grpc.Server, { service, handlers }: ServiceImplementation, expected: Credentials): void {
  const functions = handlers as Record<string, unknown>;
  const calls = Object.entries(service.method).map(([name, method]) => [
    name,
    handleCall(method, functions[name], expected),
  ]);
  server.addService(serviceDefinition(service), Object.fromEntries(calls) as grpc.UntypedServiceImplementation);
}

function handleCall(method: DescMethod, handler: unknown, expected: Credentials): grpc.UntypedHandleCall {
  switch (method.methodKind) {
    case 'unary':
      return handleUnary(method, handler as UnaryHandler, expected);
    case 'server_streaming':
      return handleServerStream(method, handler as ServerStreamHandler, expected);
    case 'bidi_streaming':
      return handleDuplex(method, handler as DuplexHandler, expected);
    case 'client_streaming':
      throw new CollimatorError('bug', `${method.name} streams from the client alone; use a stream in both directions`);
  }
}

function handleUnary(
  method: DescMethod,
  handler: UnaryHandler,
  expected: Credentials,
): grpc.handleUnaryCall<Message, Message> {
  return (call, respond) => {
    const answer = async (): Promise<Message> => {
      authenticate(call.metadata, expected);
      return create(method.output, await handler(call.request, contextOf(call)));
    };
    answer().then(
      (message) => {
        respond(null, message);
      },
      (thrown: unknown) => {
        respond(toStatusError(thrown));
      },
    );
  };
}

function handleServerStream(
  method: DescMethod,
  handler: ServerStreamHandler,
  expected: Credentials,
): grpc.handleServerStreamingCall<Message, Message> {
  return (call) => {
    void writeAll(call, method.output, () => {
      authenticate(call.metadata, expected);
      return handler(call.request, contextOf(call));
    });
  };
}

function handleDuplex(
  method: DescMethod,
  handler: DuplexHandler,
  expected: Credentials,
): grpc.handleBidiStreamingCall<Message, Message> {
  return (call) => {
    void writeAll(call, method.output, () => {
      authenticate(call.metadata, expected);
      return handler(receive(call), contextOf(call));
    });
  };
}

/** The requests of a stream. They end in the same way when the caller ends its side and when it is gone (grpc-js tells both as `end`). */
function receive(call: grpc.ServerDuplexStream<Message, Message>): MessageQueue<Message> {
  const requests = new MessageQueue<Message>();
  call.on('data', (message: Message) => {
    requests.push(message);
  });
  call.on('end', () => {
    requests.close();
  });
  call.on('cancelled', () => {
    requests.close();
  });
  return requests;
}

type OutgoingCall = grpc.ServerWritableStream<Message, Message> | grpc.ServerDuplexStream<Message, Message>;

async function writeAll(call: OutgoingCall, schema: DescMessage, open: () => AsyncIterable<Output>): Promise<void> {
  const { signal } = contextOf(call);
  try {
    for await (const message of open()) {
      if (signal.aborted) return;
      if (!call.write(create(schema, message))) await once(call, 'drain', { signal });
    }
    call.end();
  } catch (thrown) {
    if (!signal.aborted) call.emit('error', toStatusError(thrown));
  }
}

function contextOf(call: EventEmitter & { getPeer(): string }): CallContext {
  const gone = new AbortController();
  call.on('cancelled', () => {
    gone.abort(new CollimatorError('peer_lost', `the caller ${call.getPeer()} is gone`));
  });
  return { signal: gone.signal };
}
