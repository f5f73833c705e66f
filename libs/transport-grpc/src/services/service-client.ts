import { type DescMessage, type DescMethod, type Message, type MessageInitShape, create } from '@bufbuild/protobuf';
import type { GenServiceMethods } from '@bufbuild/protobuf/codegenv2';
import type { Credentials, PeerAddress } from '@collimator/transport';
import * as grpc from '@grpc/grpc-js';
import { callMetadata } from './call-credentials.ts';
import { clientOptions, unaryDeadlineMs } from './channel-options.ts';
import { MessageQueue } from './message-queue.ts';
import { type ServiceDescriptor, methodDefinition } from './service-definition.ts';
import type { DuplexCall, ServerStream, ServiceClient } from './service-types.ts';
import { fromServiceError } from './status.ts';

type Input = MessageInitShape<DescMessage>;

/** A connection to one process of a run. It connects with the first call and again after a loss. */
export interface Connection {
  /** The calls of a service. Failures are `CollimatorError`s: the server's own, or `peer_lost` when it is not there. */
  client<Methods extends GenServiceMethods>(service: ServiceDescriptor<Methods>): ServiceClient<Methods>;
  /** Breaks off open calls. */
  close(): void;
}

/** Connects to a peer; every call carries the credentials. */
export function connect(peer: PeerAddress, credentials: Credentials): Connection {
  const channel = new grpc.Client(`${peer.host}:${peer.port}`, grpc.credentials.createInsecure(), clientOptions);
  const metadata = callMetadata(credentials);
  const openCalls = new OpenCalls();
  return {
    client: <Methods extends GenServiceMethods>(service: ServiceDescriptor<Methods>) => {
      const callers = Object.entries<DescMethod>(service.method).map(([name, method]) => [
        name,
        caller({ channel, metadata, openCalls, method, definition: methodDefinition(service, method) }),
      ]);
      return Object.fromEntries(callers) as ServiceClient<Methods>;
    },
    close: () => {
      openCalls.cancel();
      channel.close();
    },
  };
}

/** Streams that are not over; closing a grpc-js client alone leaves them open. */
class OpenCalls {
  readonly #calls = new Set<StreamCall>();

  add(call: StreamCall): void {
    this.#calls.add(call);
    call.on('status', () => {
      this.#calls.delete(call);
    });
  }

  cancel(): void {
    for (const call of this.#calls) call.cancel();
  }
}

interface StreamCall {
  on(event: 'status', listener: () => void): unknown;
  cancel(): void;
}

interface Callee {
  readonly channel: grpc.Client;
  readonly metadata: grpc.Metadata;
  readonly openCalls: OpenCalls;
  readonly method: DescMethod;
  readonly definition: grpc.MethodDefinition<Message, Message>;
}

function caller(callee: Callee): unknown {
  switch (callee.method.methodKind) {
    case 'unary':
      return (request: Input) => callUnary(callee, request);
    case 'server_streaming':
      return (request: Input) => openServerStream(callee, request);
    case 'bidi_streaming':
      return () => openDuplex(callee);
    case 'client_streaming':
      return undefined;
  }
}

function callUnary({ channel, metadata, method, definition }: Callee, request: Input): Promise<Message> {
  const deadline = new Date(Date.now() + unaryDeadlineMs);
  return new Promise((resolve, reject) => {
    channel.makeUnaryRequest(
      definition.path,
      definition.requestSerialize,
      definition.responseDeserialize,
      create(method.input, request),
      metadata,
      { deadline },
      (error, response) => {
        if (error !== null) reject(fromServiceError(error));
        else if (response !== undefined) resolve(response);
      },
    );
  });
}

function openServerStream(
  { channel, metadata, openCalls, method, definition }: Callee,
  request: Input,
): ServerStream<DescMessage> {
  const call = channel.makeServerStreamRequest(
    definition.path,
    definition.requestSerialize,
    definition.responseDeserialize,
    create(method.input, request),
    metadata,
  );
  openCalls.add(call);
  return {
    messages: receive(call),
    cancel: () => {
      call.cancel();
    },
  };
}

function openDuplex({
  channel,
  metadata,
  openCalls,
  method,
  definition,
}: Callee): DuplexCall<DescMessage, DescMessage> {
  const call = channel.makeBidiStreamRequest(
    definition.path,
    definition.requestSerialize,
    definition.responseDeserialize,
    metadata,
  );
  openCalls.add(call);
  return {
    messages: receive(call),
    send: (message) =>
      new Promise((resolve) => {
        call.write(create(method.input, message), () => {
          resolve();
        });
      }),
    end: () => {
      call.end();
    },
    cancel: () => {
      call.cancel();
    },
    closed: new Promise((resolve) => {
      call.on('status', () => {
        resolve();
      });
    }),
  };
}

/** The server's messages, read as they come, so that a slow reader never stalls the connection's other calls. */
function receive(
  call: grpc.ClientReadableStream<Message> | grpc.ClientDuplexStream<Message, Message>,
): MessageQueue<Message> {
  const messages = new MessageQueue<Message>();
  call.on('data', (message: Message) => {
    messages.push(message);
  });
  call.on('error', (error: grpc.ServiceError) => {
    messages.fail(fromServiceError(error));
  });
  call.on('end', () => {
    messages.close();
  });
  return messages;
}
