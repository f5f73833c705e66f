import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import type { Arena, ArenaVector } from '@collimator/arrays';
import type { Generation, LaneAssignment } from '@collimator/collectives';
import { CollimatorError, errorFromReport } from '@collimator/errors';
import type { PeerAddress } from '@collimator/transport';
import type { Command, ExchangeMember, Report, RoundFacts } from './messages.ts';
import { settled, type Settled } from './settled.ts';

/** A finished round. */
export interface RoundResult extends RoundFacts {
  /** The sum of all lanes, in shared memory; valid until `release(round)`. */
  readonly vector: Float32Array<SharedArrayBuffer>;
  /** The state digest after this round; computed behind the result, so await it off the critical path. */
  readonly digestAfter: Promise<string>;
}

/** A stream of a peer ended: what was seen, for the coordinator. */
export interface PeerLoss {
  readonly worker: number;
  readonly error: CollimatorError;
}

interface OpenRound {
  readonly length: number;
  readonly lanes: Map<number, ArenaVector>;
  readonly result: Settled<RoundResult>;
}

/**
 * The main thread's side of the collective. Lane vectors are written straight into shared memory; the transport thread
 * sums and exchanges them, and nothing but small messages passes between the two.
 */
export class GradientExchange {
  /** Where peers pull from this worker. */
  readonly address: PeerAddress;
  readonly #thread: Worker;
  readonly #arena: Arena;
  /** Rounds that were begun and not released. */
  readonly #rounds = new Map<number, OpenRound>();
  /** Digests that are still to come; they may outlive their round. */
  readonly #digests = new Map<number, Settled<string>>();
  readonly #losses: ((loss: PeerLoss) => void)[] = [];
  readonly #connected = settled<undefined>();
  readonly #exited: Promise<unknown>;
  #failure: CollimatorError | undefined;
  #closing = false;

  constructor(thread: Worker, arena: Arena, address: PeerAddress) {
    this.#thread = thread;
    this.#arena = arena;
    this.address = address;
    this.#exited = once(thread, 'exit');
    thread.on('message', (report: Report) => {
      this.#hear(report);
    });
    thread.on('error', (error) => {
      this.#fail(CollimatorError.from(error));
    });
    thread.on('exit', () => {
      if (!this.#closing) this.#fail(new CollimatorError('bug', 'the exchange thread ended by itself'));
    });
  }

  /** Bytes of lane vectors that are being written or wait to be summed. */
  get laneBytes(): number {
    return this.#arena.allocatedBytes;
  }

  /**
   * Joins a group: `members` in rank order, this worker among them, with the lanes of each rank. Resolves when every peer
   * pulls from us.
   * @throws peer_lost, unauthenticated
   */
  connect(members: readonly ExchangeMember[], assignment: LaneAssignment, generation: Generation): Promise<void> {
    this.#send({ type: 'connect', members, assignment, generation });
    return this.#connected.promise;
  }

  /** Starts the next round, of vectors of `length` floats; the round before it must be complete. */
  beginRound(round: number, length: number): void {
    if (!Number.isInteger(length) || length < 1) {
      throw new CollimatorError('bug', `round ${round} of ${length} floats; allowed are 1 and more`);
    }
    this.#rounds.set(round, { length, lanes: new Map(), result: settled() });
    this.#digests.set(round, settled());
    if (this.#failure !== undefined) this.#reject(this.#failure);
    this.#send({ type: 'begin', round, length });
  }

  /**
   * Where an own lane's vector is to be written; its contents are undefined. The same call gives the same place until
   * `laneReady`.
   * @throws memory_exhausted
   */
  laneBuffer(round: number, lane: number): Float32Array<SharedArrayBuffer> {
    return this.#laneVector(round, lane).floats;
  }

  /** The lane's vector is written; from now on it belongs to the transport thread. */
  laneReady(round: number, lane: number): void {
    const { address } = this.#laneVector(round, lane);
    this.#round(round).lanes.delete(lane);
    this.#send({ type: 'laneReady', round, lane, address });
  }

  /**
   * Resolves with the sum over all lanes of all workers.
   * @throws peer_lost (naming the worker), state_mismatch, protocol_version, protocol_violation, memory_exhausted
   */
  completed(round: number): Promise<RoundResult> {
    return this.#round(round).result.promise;
  }

  /** The caller no longer reads the round's vector. Peers may still need it: it goes once the next round is complete. */
  release(round: number): void {
    this.#round(round);
    this.#rounds.delete(round);
    this.#send({ type: 'release', round });
  }

  /** Called for every stream that ends when it should not. */
  onPeerLost(listener: (loss: PeerLoss) => void): void {
    this.#losses.push(listener);
  }

  /** Closes all streams and ends the thread; pending rounds are rejected as `interrupted`. */
  async close(): Promise<void> {
    if (!this.#closing) {
      this.#closing = true;
      this.#reject(new CollimatorError('interrupted', 'the exchange was closed'));
      this.#send({ type: 'close' });
    }
    await this.#exited;
  }

  #hear(report: Report): void {
    switch (report.type) {
      case 'listening':
        return;
      case 'connected':
        this.#connected.resolve(undefined);
        return;
      case 'freed':
        this.#arena.free(report.address);
        return;
      case 'completed':
        this.#complete(report);
        return;
      case 'digest':
        this.#digests.get(report.round)?.resolve(report.digest);
        this.#digests.delete(report.round);
        return;
      case 'peerLost':
        this.#lose(report.worker, errorFromReport(report.error));
        return;
      case 'failed':
        this.#fail(errorFromReport(report.error));
        return;
    }
  }

  #complete({ address, length, ...facts }: Extract<Report, { type: 'completed' }>): void {
    const vector = this.#arena.view(address, length);
    const digestAfter = this.#digests.get(facts.round)?.promise ?? Promise.resolve(facts.digest);
    this.#round(facts.round).result.resolve({ ...facts, vector, digestAfter });
  }

  #lose(worker: number, error: CollimatorError): void {
    if (this.#closing) return;
    this.#fail(error);
    for (const listener of this.#losses) listener({ worker, error });
  }

  #fail(error: CollimatorError): void {
    this.#failure ??= error;
    this.#reject(error);
  }

  #reject(error: CollimatorError): void {
    this.#connected.reject(error);
    for (const { result } of this.#rounds.values()) result.reject(error);
    for (const digest of this.#digests.values()) digest.reject(error);
  }

  #laneVector(round: number, lane: number): ArenaVector {
    const { lanes, length } = this.#round(round);
    const known = lanes.get(lane);
    if (known !== undefined) return known;
    const vector = this.#arena.allocate(length);
    lanes.set(lane, vector);
    return vector;
  }

  #round(round: number): OpenRound {
    const open = this.#rounds.get(round);
    if (open === undefined) throw new CollimatorError('bug', `round ${round} was not begun, or was released`);
    return open;
  }

  #send(command: Command): void {
    this.#thread.postMessage(command);
  }
}
