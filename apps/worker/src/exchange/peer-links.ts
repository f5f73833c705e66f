import { CollimatorError } from '@collimator/errors';
import type { Credentials, Frame, FrameSink, FrameSource, TensorClient, TensorTransport } from '@collimator/transport';
import type { ExchangeMember } from './messages.ts';

/** The one channel of a pair: partial sums to their owner, finished blocks to everybody. */
const channel = 'sums';

interface Link {
  readonly client: TensorClient;
  sink: FrameSink | undefined;
  /** Frames for a peer that has not opened its pull yet; they refer to memory that stays as it is. */
  readonly waiting: { readonly frame: Frame; readonly flushed: () => void }[];
}

export interface LinkEvents {
  /** Every peer pulls from us. */
  readonly connected: () => void;
  /** A stream to or from this worker has ended; without an error when that worker closed it on purpose. */
  readonly ended: (worker: number, error: CollimatorError | undefined) => void;
}

/** The streams between this worker and every other: we pull from each and each pulls from us. */
export class PeerLinks {
  readonly #self: number;
  readonly #transport: TensorTransport;
  readonly #credentials: Credentials;
  readonly #events: LinkEvents;
  readonly #links = new Map<number, Link>();
  /** Pulls of peers that knew of the group before we did. */
  readonly #early = new Map<number, FrameSink>();

  constructor(self: number, transport: TensorTransport, credentials: Credentials, events: LinkEvents) {
    this.#self = self;
    this.#transport = transport;
    this.#credentials = credentials;
    this.#events = events;
  }

  /** A peer pulls from us. */
  accept(sink: FrameSink): void {
    const worker = Number(sink.peer);
    const link = this.#links.get(worker);
    if (this.#early.has(worker) || link?.sink !== undefined || !Number.isInteger(worker)) {
      sink.close(
        new CollimatorError('protocol_violation', `worker "${sink.peer}" pulls from worker ${this.#self} twice`),
      );
    } else if (link === undefined) this.#early.set(worker, sink);
    else this.#attach(worker, link, sink);
  }

  /** Opens a pull from every other member; `sourceOf` receives what the member of that rank sends. */
  connect(
    members: readonly ExchangeMember[],
    sourceOf: (rank: number, worker: number) => Omit<FrameSource, 'closed'>,
  ): void {
    for (const [rank, { worker, address }] of members.entries()) {
      if (worker === this.#self) continue;
      const link: Link = { client: this.#transport.connect(address, this.#credentials), sink: undefined, waiting: [] };
      this.#links.set(worker, link);
      const closed = (error: CollimatorError | undefined): void => {
        // What we refuse a peer's frames for is told to that peer.
        if (error !== undefined) link.sink?.close(error);
        this.#events.ended(worker, error);
      };
      link.client.pull(channel, String(this.#self), { ...sourceOf(rank, worker), closed });
      const early = this.#early.get(worker);
      if (early !== undefined) this.#attach(worker, link, early);
    }
    for (const [worker, sink] of this.#early) {
      if (!this.#links.has(worker))
        sink.close(new CollimatorError('protocol_violation', `worker ${worker} is no member`));
    }
    this.#early.clear();
    this.#announce();
  }

  send(worker: number, frame: Frame, flushed: () => void): void {
    const link = this.#links.get(worker);
    if (link === undefined) throw new CollimatorError('bug', `worker ${worker} is no member`);
    if (link.sink === undefined) link.waiting.push({ frame, flushed });
    else link.sink.send(frame, flushed);
  }

  /** Ends all streams; an error is told to every peer. */
  close(error?: CollimatorError): void {
    for (const { client, sink } of this.#links.values()) {
      sink?.close(error);
      client.close();
    }
  }

  #attach(worker: number, link: Link, sink: FrameSink): void {
    link.sink = sink;
    sink.onClosed((error) => {
      // A peer that stops pulling on purpose says why on its own stream to us.
      if (error !== undefined) this.#events.ended(worker, error);
    });
    for (const { frame, flushed } of link.waiting.splice(0)) sink.send(frame, flushed);
    this.#announce();
  }

  #announce(): void {
    const links = [...this.#links.values()];
    if (this.#early.size === 0 && links.every(({ sink }) => sink !== undefined)) this.#events.connected();
  }
}
