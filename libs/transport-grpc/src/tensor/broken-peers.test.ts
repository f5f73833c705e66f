import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { CollimatorError } from '@collimator/errors';
import type { Credentials, FrameSink } from '@collimator/transport';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { clientPreface, frame, frameHead, FrameType, settingsFrame, windowUpdateFrame } from './http2/frames.ts';
import { encodeFields } from './http2/hpack.ts';
import { grpcTensorTransport } from './index.ts';
import { pullFields } from './pull-call.ts';

const credentials: Credentials = { run: 'run-1', token: 'secret' };
const cleanUp: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const action of cleanUp.splice(0).reverse()) await action();
});

/** A server that does with a connection what a test wants, and what our client's stream ends with. */
async function pullFrom(behave: (socket: Socket) => void): Promise<CollimatorError | undefined> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    behave(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const client = grpcTensorTransport.connect({ host: '127.0.0.1', port }, credentials);
  cleanUp.push(
    () => {
      server.close();
    },
    () => {
      client.close();
    },
  );
  return new Promise((resolve) => {
    client.pull('sums', 'worker-1', {
      place: (_, bytes) => new Uint8Array(new SharedArrayBuffer(bytes)),
      arrived: () => undefined,
      closed: resolve,
    });
  });
}

const answer = frame(FrameType.headers, 0x4, 1, encodeFields([[':status', '200']]));
const trailers = frame(FrameType.headers, 0x5, 1, encodeFields([['grpc-status', '0']]));

/** The start of a message of 48 + 100,000 bytes. */
const halfMessage = Buffer.concat([
  frameHead({ length: 5 + 48 + 100_000, type: FrameType.data, flags: 0, stream: 1 }),
  Buffer.from([0, 0, 0x01, 0x86, 0xd0]),
  Buffer.alloc(48 + 30_000),
]);

describe('our client loses', () => {
  it.each<[string, (socket: Socket) => void, string]>([
    ['a peer that closes at once', (socket) => socket.destroy(), 'broke'],
    ['a peer that ends without a word', (socket) => socket.end(settingsFrame([])), 'the peer closed the connection'],
    [
      'a peer that dies inside a payload',
      (socket) => socket.end(Buffer.concat([settingsFrame([]), answer, halfMessage])),
      'closed',
    ],
    ['a peer that is reset', (socket) => void socket.once('data', () => socket.resetAndDestroy()), 'ECONNRESET'],
    [
      'a peer that answers 404',
      (socket) =>
        socket.write(
          Buffer.concat([settingsFrame([]), frame(FrameType.headers, 0x5, 1, encodeFields([[':status', '404']]))]),
        ),
      'HTTP status 404',
    ],
    ['a peer that speaks HTTP/1', (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'), 'a frame of'],
    ['a peer that pushes', (socket) => socket.write(frame(FrameType.pushPromise, 0x4, 1, Buffer.alloc(8))), 'push'],
    [
      'a peer that widens a window by nothing',
      (socket) => socket.write(windowUpdateFrame(0, 0)),
      'a window update of 0',
    ],
    [
      'a peer with a wrong header block',
      (socket) => socket.write(frame(FrameType.headers, 0x4, 1, Buffer.from([0xff, 0xff]))),
      'header',
    ],
    [
      'a peer that resets the stream',
      (socket) => socket.write(frame(FrameType.resetStream, 0, 1, Buffer.from([0, 0, 0, 2]))),
      'was reset (code 2)',
    ],
    [
      'a peer that ends inside a message',
      (socket) => socket.write(Buffer.concat([answer, frame(FrameType.data, 0, 1, Buffer.alloc(3)), trailers])),
      'inside a message',
    ],
  ])('%s', async (_, behave, text) => {
    const error = await pullFrom(behave);
    expect(error?.code).toBe('peer_lost');
    expect(error?.message).toContain(text);
  });

  it('sees no error when the peer says farewell', async () => {
    const farewell = frame(FrameType.goAway, 0, 0, Buffer.alloc(8));
    expect(await pullFrom((socket) => socket.end(Buffer.concat([answer, trailers, farewell])))).toBeUndefined();
  });
});

/** A raw connection to our server, and whether the server ended it. */
async function connected(opened: (sink: FrameSink) => void = () => undefined) {
  const server = await grpcTensorTransport.serve({ credentials, host: '127.0.0.1' }, opened);
  const socket = connect(server.address.port, '127.0.0.1');
  socket.on('error', () => undefined).resume();
  cleanUp.push(
    () => server.close(),
    () => {
      socket.destroy();
    },
  );
  return { server, socket, closed: once(socket, 'close') };
}

const pullRequest = frame(FrameType.headers, 0x4, 1, encodeFields(pullFields('x', credentials, 'sums', 'worker-1')));

describe('our server', () => {
  it.each([
    ['no HTTP/2', Buffer.from('GET / HTTP/1.1\r\nhost: x\r\n\r\n')],
    [
      'a frame that is too large',
      Buffer.concat([clientPreface, frameHead({ length: 20_000, type: 0, flags: 0, stream: 1 })]),
    ],
    ['data on stream 0', Buffer.concat([clientPreface, frame(FrameType.data, 0, 0, Buffer.alloc(4))])],
    ['a header block without end', Buffer.concat([clientPreface, frame(FrameType.headers, 0, 1), pullRequest])],
    ['settings of a wrong size', Buffer.concat([clientPreface, frame(FrameType.settings, 0, 0, Buffer.alloc(5))])],
    ['a window that overflows', Buffer.concat([clientPreface, windowUpdateFrame(0, 2 ** 31 - 1)])],
  ])('ends a connection that sends %s', async (_, bytes) => {
    const { socket, closed } = await connected();
    socket.write(bytes);
    await closed;
  });

  it('tells the sink at once when the receiver dies', async () => {
    const opened = Promise.withResolvers<FrameSink>();
    const { socket } = await connected(opened.resolve);
    socket.write(Buffer.concat([clientPreface, settingsFrame([]), pullRequest]));
    const sink = await opened.promise;
    const flushed = new Promise<void>((resolve) => {
      sink.send({ header: Buffer.alloc(48), payload: Buffer.alloc(1 << 20) }, resolve);
    });
    const ended = new Promise<CollimatorError | undefined>((resolve) => {
      sink.onClosed(resolve);
    });
    socket.resetAndDestroy();
    expect(await ended).toMatchObject({ code: 'peer_lost' });
    await flushed;
  });

  it('survives any bytes', { timeout: 20_000 }, async () => {
    const { server } = await connected();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 6 }),
        fc.boolean(),
        async (chunks, polite) => {
          const socket = connect(server.address.port, '127.0.0.1');
          socket.on('error', () => undefined).resume();
          if (polite) socket.write(clientPreface);
          for (const chunk of chunks)
            socket.write(frame(chunk[0] ?? 0, chunk[1] ?? 0, (chunk[2] ?? 0) & 3, chunk.subarray(3)));
          socket.end();
          await once(socket, 'close');
        },
      ),
      { numRuns: 60 },
    );
  });
});
