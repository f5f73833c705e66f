import { once } from 'node:events';
import type { CollimatorError } from '@collimator/errors';
import { type Credentials, type FrameSink, tensorHeaderBytes } from '@collimator/transport';
import * as grpc from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';
import { callMetadata } from '../services/call-credentials.ts';
import { grpcTensorTransport } from './index.ts';
import { channelKey, memberKey, pullPath } from './pull-call.ts';

const credentials: Credentials = { run: 'run-1', token: 'secret' };
const cleanUp: (() => Promise<void> | void)[] = [];
const identity = (bytes: Buffer): Buffer => bytes;

afterEach(async () => {
  for (const action of cleanUp.splice(0).reverse()) await action();
});

function message(mark: number, payloadBytes: number): { header: Buffer; payload: Buffer } {
  const payload = Buffer.from(new SharedArrayBuffer(payloadBytes));
  return { header: Buffer.alloc(tensorHeaderBytes, mark), payload: payload.fill(mark) };
}

/** Larger than a default frame and than the default window, and not aligned with either. */
const sizes = [8, 20_000, 300_000, 1 << 20];

describe('a grpc-js client pulling from our server', () => {
  async function pull(metadata: grpc.Metadata, path = pullPath) {
    const opened = Promise.withResolvers<FrameSink>();
    const server = await grpcTensorTransport.serve({ credentials, host: '127.0.0.1' }, opened.resolve);
    const client = new grpc.Client(`127.0.0.1:${server.address.port}`, grpc.credentials.createInsecure());
    cleanUp.push(
      () => server.close(),
      () => {
        client.close();
      },
    );
    const call = client.makeServerStreamRequest(path, identity, identity, Buffer.alloc(0), metadata);
    return { call, opened: opened.promise };
  }

  function metadata(token: string): grpc.Metadata {
    const fields = callMetadata({ ...credentials, token });
    fields.set(memberKey, 'worker-2');
    fields.set(channelKey, 'sums');
    return fields;
  }

  it('gets every message and the final status', async () => {
    const { call, opened } = await pull(metadata('secret'));
    const sink = await opened;
    expect([sink.peer, sink.channel]).toEqual(['worker-2', 'sums']);
    const received: Buffer[] = [];
    call.on('data', (bytes: Buffer) => received.push(bytes));
    sizes.forEach((bytes, mark) => {
      sink.send(message(mark, bytes), () => undefined);
    });
    sink.close();
    const [status] = (await once(call, 'status')) as [grpc.StatusObject];
    expect(status.code).toBe(grpc.status.OK);
    expect(received.map((bytes) => bytes.length)).toEqual(sizes.map((bytes) => bytes + tensorHeaderBytes));
    received.forEach((bytes, mark) => {
      expect(bytes.every((byte) => byte === mark)).toBe(true);
    });
  });

  it.each([
    ['a wrong token', metadata('guess'), pullPath, grpc.status.UNAUTHENTICATED, 'no valid token'],
    ['no member', callMetadata(credentials), pullPath, grpc.status.INVALID_ARGUMENT, 'a pull names its member'],
    [
      'another method',
      metadata('secret'),
      '/x.Y/Z',
      grpc.status.UNIMPLEMENTED,
      'only POST /collimator.v1.Tensors/Pull',
    ],
  ])('is refused with %s', async (_, fields, path, code, details) => {
    const { call } = await pull(fields, path);
    const [error] = (await once(call, 'error')) as [grpc.ServiceError];
    expect(error.code).toBe(code);
    expect(error.details).toContain(details);
  });
});

describe('our client pulling from a grpc-js server', () => {
  type Handler = grpc.handleServerStreamingCall<Buffer, Buffer>;

  async function pull(handler: Handler): Promise<{ received: Buffer[]; ended: Promise<CollimatorError | undefined> }> {
    const server = new grpc.Server();
    const definition = {
      path: pullPath,
      requestStream: false,
      responseStream: true,
      requestSerialize: identity,
      requestDeserialize: identity,
      responseSerialize: identity,
      responseDeserialize: identity,
    } as const;
    server.addService({ pull: definition }, { pull: handler });
    const bind = Promise.withResolvers<number>();
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) bind.resolve(port);
      else bind.reject(error);
    });
    const client = grpcTensorTransport.connect({ host: '127.0.0.1', port: await bind.promise }, credentials);
    cleanUp.push(
      () => {
        server.forceShutdown();
      },
      () => {
        client.close();
      },
    );
    const received: Buffer[] = [];
    let place: Buffer = Buffer.alloc(0);
    const ended = new Promise<CollimatorError | undefined>((resolve) => {
      client.pull('sums', 'worker-3', {
        place: (_, bytes) => {
          const memory = new SharedArrayBuffer(bytes);
          place = Buffer.from(memory);
          return new Uint8Array(memory);
        },
        arrived: () => received.push(place),
        closed: resolve,
      });
    });
    return { received, ended };
  }

  it('names itself, gets every message, and the end', async () => {
    let fields: grpc.Metadata | undefined;
    const { received, ended } = await pull((call) => {
      fields = call.metadata;
      sizes.forEach((bytes, mark) => {
        const { header, payload } = message(mark, bytes);
        call.write(Buffer.concat([header, payload]));
      });
      call.end();
    });
    expect(await ended).toBeUndefined();
    expect(received.map((bytes) => bytes.length)).toEqual(sizes);
    received.forEach((bytes, mark) => {
      expect(bytes.every((byte) => byte === mark)).toBe(true);
    });
    expect(fields?.get(memberKey)).toEqual(['worker-3']);
    expect(fields?.get('authorization')).toEqual(['Bearer secret']);
  });

  it.each<[string, Handler, string, string]>([
    [
      'a status of the server',
      (call) => {
        call.emit('error', { code: grpc.status.UNAVAILABLE, details: 'going away – now' });
      },
      'peer_lost',
      'going away – now',
    ],
    [
      'a message too short for a header',
      (call) => call.write(Buffer.alloc(10)),
      'protocol_violation',
      'of 10 bytes; allowed are 48 to',
    ],
    [
      'a message too long',
      (call) => call.write(Buffer.alloc((1 << 20) + 49)),
      'protocol_violation',
      'of 1048625 bytes; allowed are 48 to',
    ],
  ])('ends with %s', async (_, handler, code, text) => {
    const { ended } = await pull(handler);
    const error = await ended;
    expect(error?.code).toBe(code);
    expect(error?.message).toContain(text);
  });
});
