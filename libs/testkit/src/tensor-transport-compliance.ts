import { CollimatorError } from '@collimator/errors';
import {
  type Credentials,
  type FrameSink,
  type FrameSource,
  maxPayloadBytes,
  tensorHeaderBytes,
  type TensorTransport,
} from '@collimator/transport';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const credentials: Credentials = { run: 'run-1', token: 'secret' };

/** A receiver that keeps everything it gets. */
class Receiver implements FrameSource {
  readonly frames: { readonly header: number; readonly bytes: Uint8Array }[] = [];
  readonly ended: Promise<CollimatorError | undefined>;
  #waiting: { readonly count: number; readonly resolve: () => void } | undefined;
  #current: { header: number; bytes: Uint8Array<SharedArrayBuffer> } | undefined;
  #end: (error: CollimatorError | undefined) => void = () => undefined;

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  readonly place = (header: Uint8Array, payloadBytes: number): Uint8Array<SharedArrayBuffer> => {
    expect(header.length).toBe(tensorHeaderBytes);
    this.#current = { header: header[0] ?? -1, bytes: new Uint8Array(new SharedArrayBuffer(payloadBytes)) };
    return this.#current.bytes;
  };

  readonly arrived = (): void => {
    if (this.#current !== undefined) this.frames.push(this.#current);
    if (this.#waiting !== undefined && this.frames.length >= this.#waiting.count) this.#waiting.resolve();
  };

  readonly closed = (error: CollimatorError | undefined): void => {
    this.#end(error);
  };

  received(count: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.frames.length >= count) resolve();
      else this.#waiting = { count, resolve };
    });
  }
}

function headerOf(mark: number): Uint8Array {
  return new Uint8Array(tensorHeaderBytes).fill(mark);
}

function payloadOf(bytes: number, mark: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, index) => (index * 31 + mark) & 255);
}

/** What every tensor transport must do. */
export function tensorTransportCompliance(name: string, create: () => TensorTransport): void {
  describe(`${name} as a tensor transport`, () => {
    let transport: TensorTransport;
    const cleanUp: (() => Promise<void> | void)[] = [];

    beforeEach(() => {
      transport = create();
    });
    afterEach(async () => {
      for (const action of cleanUp.splice(0).reverse()) await action();
    });

    async function serve(opened: (sink: FrameSink) => void) {
      const server = await transport.serve({ credentials, host: '127.0.0.1' }, opened);
      cleanUp.push(() => server.close());
      return server;
    }

    async function pulled(source: FrameSource, channel = 'sums') {
      let opened: (sink: FrameSink) => void = () => undefined;
      const sink = new Promise<FrameSink>((resolve) => {
        opened = resolve;
      });
      const server = await serve((each) => {
        opened(each);
      });
      const client = transport.connect(server.address, credentials);
      cleanUp.push(() => {
        client.close();
      });
      client.pull(channel, 'worker-7', source);
      return { server, client, sink: await sink };
    }

    it('names the member and the channel', async () => {
      const { sink } = await pulled(new Receiver(), 'blocks');
      expect([sink.peer, sink.channel]).toEqual(['worker-7', 'blocks']);
    });

    it('brings every byte to its place, in order, and lets go of what it sent', async () => {
      const receiver = new Receiver();
      const { sink } = await pulled(receiver);
      const sizes = [4, 1, 16_383, 16_384, 65_536, 100_003, 262_144, maxPayloadBytes, 4];
      const flushed = sizes.map(
        (bytes, mark) =>
          new Promise<void>((resolve) => {
            sink.send({ header: headerOf(mark), payload: payloadOf(bytes, mark) }, resolve);
          }),
      );
      await Promise.all([...flushed, receiver.received(sizes.length)]);
      expect(receiver.frames.map(({ header }) => header)).toEqual(sizes.map((_, mark) => mark));
      for (const [mark, { bytes }] of receiver.frames.entries()) {
        expect(Buffer.compare(bytes, payloadOf(sizes[mark] ?? 0, mark))).toBe(0);
      }
    });

    it('carries more than any window', async () => {
      const receiver = new Receiver();
      const { sink } = await pulled(receiver);
      const payload = payloadOf(maxPayloadBytes, 3);
      let flushed = 0;
      for (let frame = 0; frame < 160; frame++) {
        sink.send({ header: headerOf(frame), payload }, () => {
          flushed += 1;
        });
      }
      await receiver.received(160);
      await expect.poll(() => flushed).toBe(160);
      expect(receiver.frames.every(({ bytes }) => Buffer.compare(bytes, payload) === 0)).toBe(true);
    });

    it.each<[string, Credentials, string]>([
      ['a wrong token', { ...credentials, token: 'guess' }, 'unauthenticated'],
      ['another run', { ...credentials, run: 'run-2' }, 'run_missing'],
    ])('refuses %s', async (_, wrong, code) => {
      const server = await serve(() => {
        throw new Error('opened a stream that it should refuse');
      });
      const client = transport.connect(server.address, wrong);
      cleanUp.push(() => {
        client.close();
      });
      const receiver = new Receiver();
      client.pull('sums', 'worker-7', receiver);
      expect(await receiver.ended).toMatchObject({ code });
    });

    it('says when nobody listens', async () => {
      const server = await transport.serve({ credentials, host: '127.0.0.1' }, () => undefined);
      await server.close();
      const receiver = new Receiver();
      transport.connect(server.address, credentials).pull('sums', 'worker-7', receiver);
      expect(await receiver.ended).toMatchObject({ code: 'peer_lost' });
    });

    it('ends without an error when the sender closes, after the frames before', async () => {
      const receiver = new Receiver();
      const { sink } = await pulled(receiver);
      sink.send({ header: headerOf(1), payload: payloadOf(70_000, 1) }, () => undefined);
      sink.close();
      expect(await receiver.ended).toBeUndefined();
      expect(receiver.frames).toHaveLength(1);
    });

    it('ends with the code and message of the error that the sender closes with', async () => {
      const receiver = new Receiver();
      const { sink } = await pulled(receiver);
      sink.close(new CollimatorError('state_mismatch', 'digests differ — 100 %'));
      expect(await receiver.ended).toMatchObject({ code: 'state_mismatch', message: 'digests differ — 100 %' });
    });

    it('ends with what the receiver refuses a frame with, on both sides', async () => {
      const refusal = new CollimatorError('protocol_version', 'version 9 is not spoken here');
      const receiver = new Receiver();
      const { sink } = await pulled({
        place: () => {
          throw refusal;
        },
        arrived: receiver.arrived,
        closed: receiver.closed,
      });
      const flushed = new Promise<void>((resolve) => {
        sink.send({ header: headerOf(1), payload: payloadOf(100_000, 1) }, resolve);
      });
      expect(await receiver.ended).toBe(refusal);
      await flushed;
      await new Promise((resolve) => {
        sink.onClosed(resolve);
      });
    });

    it('lets go of everything when the receiver closes', async () => {
      const receiver = new Receiver();
      const { sink, client } = await pulled(receiver);
      client.close();
      expect(await receiver.ended).toBeUndefined();
      expect(
        await new Promise((resolve) => {
          sink.onClosed(resolve);
        }),
      ).toBeUndefined();
      await new Promise<void>((resolve) => {
        sink.send({ header: headerOf(1), payload: payloadOf(8, 1) }, resolve);
      });
    });

    it('ends all streams when the server closes', async () => {
      const receiver = new Receiver();
      const { server } = await pulled(receiver);
      await server.close();
      expect(await receiver.ended).toBeUndefined();
    });

    it('refuses to send a frame that is too large', async () => {
      const { sink } = await pulled(new Receiver());
      const payload = new Uint8Array(maxPayloadBytes + 1);
      expect(() => {
        sink.send({ header: headerOf(1), payload }, () => undefined);
      }).toThrow('cannot be sent');
    });
  });
}
