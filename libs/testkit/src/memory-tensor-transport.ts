import { CollimatorError } from '@collimator/errors';
import {
  type Credentials,
  type Frame,
  type FrameSink,
  type FrameSource,
  maxPayloadBytes,
  type PeerAddress,
  tensorHeaderBytes,
  type TensorClient,
  type TensorTransport,
} from '@collimator/transport';

interface Listener {
  readonly credentials: Credentials;
  readonly opened: (sink: FrameSink) => void;
  readonly streams: Set<MemoryStream>;
}

/** A network within one thread: frames are copied to their place in a later microtask, as a real transport would. */
export function memoryTensorTransport(): TensorTransport {
  const listeners = new Map<number, Listener>();
  let nextPort = 1;
  return {
    serve: ({ credentials, host }, opened) => {
      const port = nextPort++;
      const listener: Listener = { credentials, opened, streams: new Set() };
      listeners.set(port, listener);
      const close = async (): Promise<void> => {
        listeners.delete(port);
        for (const stream of [...listener.streams]) stream.close();
        await Promise.resolve();
      };
      return Promise.resolve({ address: { host, port }, close });
    },
    connect: (peer, credentials) => new MemoryClient(listeners, peer, credentials),
  };
}

class MemoryClient implements TensorClient {
  readonly #listeners: ReadonlyMap<number, Listener>;
  readonly #peer: PeerAddress;
  readonly #credentials: Credentials;
  readonly #streams: MemoryStream[] = [];

  constructor(listeners: ReadonlyMap<number, Listener>, peer: PeerAddress, credentials: Credentials) {
    this.#listeners = listeners;
    this.#peer = peer;
    this.#credentials = credentials;
  }

  pull(channel: string, self: string, source: FrameSource): void {
    const stream = new MemoryStream(self, channel, source);
    this.#streams.push(stream);
    queueMicrotask(() => {
      this.#open(stream);
    });
  }

  close(): void {
    for (const stream of this.#streams) stream.cancel();
  }

  #open(stream: MemoryStream): void {
    const listener = this.#listeners.get(this.#peer.port);
    const refusal = refusalOf(listener, this.#credentials);
    if (refusal !== undefined || listener === undefined) {
      stream.close(refusal);
      return;
    }
    listener.streams.add(stream);
    stream.onClosed(() => listener.streams.delete(stream));
    listener.opened(stream);
  }
}

function refusalOf(listener: Listener | undefined, { token, run }: Credentials): CollimatorError | undefined {
  if (listener === undefined) return new CollimatorError('peer_lost', 'the connection was refused');
  if (listener.credentials.token !== token) return new CollimatorError('unauthenticated', 'a wrong token');
  if (listener.credentials.run !== run) return new CollimatorError('run_missing', `run "${run}" is not served here`);
  return undefined;
}

class MemoryStream implements FrameSink {
  readonly peer: string;
  readonly channel: string;
  readonly #source: FrameSource;
  readonly #listeners: ((error: CollimatorError | undefined) => void)[] = [];
  readonly #unflushed: (() => void)[] = [];
  #outcome: { readonly error: CollimatorError | undefined } | undefined;

  constructor(peer: string, channel: string, source: FrameSource) {
    this.peer = peer;
    this.channel = channel;
    this.#source = source;
  }

  send({ header, payload }: Frame, flushed: () => void): void {
    if (header.length !== tensorHeaderBytes || payload.length > maxPayloadBytes) {
      throw new CollimatorError('bug', `a frame of ${header.length} + ${payload.length} bytes cannot be sent`);
    }
    if (this.#outcome !== undefined) {
      flushed();
      return;
    }
    this.#unflushed.push(flushed);
    queueMicrotask(() => {
      if (this.#outcome !== undefined) return;
      this.#deliver({ header, payload });
      this.#unflushed.shift()?.();
    });
  }

  close(error?: CollimatorError): void {
    queueMicrotask(() => {
      this.#end(error, undefined);
    });
  }

  cancel(): void {
    this.#end(undefined, undefined);
  }

  onClosed(listener: (error: CollimatorError | undefined) => void): void {
    if (this.#outcome === undefined) this.#listeners.push(listener);
    else listener(this.#outcome.error);
  }

  #deliver({ header, payload }: Frame): void {
    try {
      this.#source.place(header, payload.length).set(payload);
      this.#source.arrived();
    } catch (thrown) {
      this.#end(CollimatorError.from(thrown), undefined);
    }
  }

  #end(forSource: CollimatorError | undefined, forSink: CollimatorError | undefined): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = { error: forSink };
    for (const flushed of this.#unflushed.splice(0)) flushed();
    this.#source.closed(forSource);
    for (const listener of this.#listeners) listener(forSink);
  }
}
