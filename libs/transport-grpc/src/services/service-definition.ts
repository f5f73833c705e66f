import { type DescMessage, type DescMethod, type Message, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { GenService, GenServiceMethods } from '@bufbuild/protobuf/codegenv2';
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';

/** A generated service descriptor, with the types of its methods. */
export type ServiceDescriptor<Methods extends GenServiceMethods = GenServiceMethods> = GenService<Methods>;

/** The grpc-js definition of a method: messages cross as protobuf bytes. */
export function methodDefinition(
  service: { readonly typeName: string },
  method: DescMethod,
): MethodDefinition<Message, Message> {
  return {
    path: `/${service.typeName}/${method.name}`,
    requestStream: method.methodKind === 'client_streaming' || method.methodKind === 'bidi_streaming',
    responseStream: method.methodKind === 'server_streaming' || method.methodKind === 'bidi_streaming',
    requestSerialize: serializer(method.input),
    requestDeserialize: deserializer(method.input),
    responseSerialize: serializer(method.output),
    responseDeserialize: deserializer(method.output),
  };
}

/** The grpc-js definition of a whole service, keyed by the methods' local names. */
export function serviceDefinition(service: ServiceDescriptor): ServiceDefinition {
  return Object.fromEntries(
    Object.entries(service.method).map(([name, method]) => [name, methodDefinition(service, method)]),
  );
}

function serializer(schema: DescMessage): (message: Message) => Buffer {
  return (message) => {
    const bytes = toBinary(schema, message);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  };
}

function deserializer(schema: DescMessage): (bytes: Buffer) => Message {
  return (bytes) => fromBinary(schema, bytes);
}
