import { hash } from 'node:crypto';
import { Arena, createKernels, type Kernels } from '@collimator/arrays';
import {
  type Action,
  AllReduce,
  decodeFrameHeader,
  encodeFrameHeader,
  type FrameHeader,
  StateDigest,
  type Storage,
} from '@collimator/collectives';
import { CollimatorError } from '@collimator/errors';
import type { FrameSource } from '@collimator/transport';
import type { Group, Report, ThreadOptions } from './messages.ts';
import type { PeerLinks } from './peer-links.ts';
import { RoundMemory } from './round-memory.ts';
import { digestMark, StateWatch } from './state-watch.ts';
import { WorkQueue } from './work-queue.ts';

/** What is counted about a round while it runs. */
interface RoundTally {
  readonly memory: RoundMemory;
  readonly nonFiniteLanes: Set<number>;
  readonly nonFiniteBlocks: Set<number>;
  finite: boolean;
  lastLaneAt: number;
  bytesSent: number;
  bytesReceived: number;
}

/**
 * Does what the all-reduce decides: sums with the SIMD kernel, hands blocks to the links, gives received ones their place,
 * hashes finished vectors. Decisions are made at once; work on memory is queued in their order.
 */
export class Reducer {
  readonly #group: Group;
  readonly #machine: AllReduce;
  readonly #links: PeerLinks;
  readonly #report: (report: Report) => void;
  readonly #arena: Arena;
  readonly #kernels: Kernels;
  readonly #queue: WorkQueue;
  readonly #digest: StateDigest;
  readonly #watch = new StateWatch();
  readonly #rounds = new Map<number, RoundTally>();

  constructor(
    options: ThreadOptions,
    group: Group,
    links: PeerLinks,
    report: (report: Report) => void,
    failed: (error: CollimatorError) => void,
  ) {
    const { worker, memory, initialDigest, firstRound } = options;
    const self = group.members.findIndex((member) => member.worker === worker);
    this.#group = group;
    this.#machine = new AllReduce({ self, assignment: group.assignment, firstRound });
    this.#links = links;
    this.#report = report;
    this.#arena = new Arena(memory);
    this.#kernels = createKernels(memory);
    this.#queue = new WorkQueue(failed);
    this.#digest = new StateDigest(initialDigest, (bytes) => hash('sha256', bytes, 'buffer'));
    this.#watch.know(firstRound, initialDigest);
  }

  /** Whether a round has begun here and is not complete. */
  get busy(): boolean {
    return this.#rounds.has(this.#machine.current);
  }

  begin(round: number, length: number): void {
    this.#machine.begin(round, length);
    this.#tally(round);
  }

  laneReady(round: number, lane: number, address: number): void {
    const tally = this.#tally(round);
    tally.lastLaneAt = performance.now();
    tally.memory.put(lane, address);
    const unchecked = new Set(Array.from({ length: tally.memory.blocks.count }, (_, block) => block));
    for (const action of this.#machine.laneReady(round, lane)) {
      if (action.type === 'add' || action.type === 'send') this.#checkLane(tally, lane, unchecked, [action.block]);
      else this.#checkLane(tally, lane, unchecked, [...unchecked]);
      this.#enqueue(action);
    }
    this.#checkLane(tally, lane, unchecked, [...unchecked]);
  }

  release(round: number): void {
    this.#enqueueAll(this.#machine.released(round));
  }

  /** The receiving half of the stream from one member. */
  sourceOf(rank: number, worker: number): Omit<FrameSource, 'closed'> {
    let header: FrameHeader | undefined;
    let block = 0;
    return {
      place: (bytes, payloadBytes) => {
        header = decodeFrameHeader(bytes, payloadBytes);
        this.#fence(header, worker);
        const expected = this.#machine.expect({ from: rank, ...header });
        block = expected.block;
        return this.#tally(header.round).memory.bytesOf(expected.storage, block);
      },
      arrived: () => {
        if (header !== undefined) this.#arrived(header, block);
      },
    };
  }

  #fence({ generation, round, state }: FrameHeader, worker: number): void {
    const own = this.#group.generation;
    if (generation.epoch !== own.epoch || generation.number !== own.number) {
      throw new CollimatorError(
        'protocol_violation',
        `worker ${worker} sends for generation ${generation.epoch}.${generation.number}; ours is ${own.epoch}.${own.number}`,
      );
    }
    this.#watch.hear(round, worker, state);
  }

  #arrived({ round, node, length, nonFinite }: FrameHeader, block: number): void {
    const tally = this.#tally(round);
    tally.bytesReceived += length * 4;
    if (nonFinite) tally.finite = false;
    this.#enqueueAll(this.#machine.received(round, node, block));
  }

  #enqueueAll(actions: readonly Action[]): void {
    for (const action of actions) this.#enqueue(action);
  }

  #enqueue(action: Action): void {
    this.#queue.push(() => {
      this.#do(action);
    });
  }

  #do(action: Action): void {
    switch (action.type) {
      case 'add':
        this.#add(action);
        return;
      case 'send':
        this.#send(action);
        return;
      case 'complete':
        this.#complete(action.round, action.vector);
        return;
      case 'free':
        this.#free(action.round, action.storage);
        return;
    }
  }

  #add({ round, block, left, right, into }: Extract<Action, { type: 'add' }>): void {
    const tally = this.#tally(round);
    const { memory } = tally;
    const { length } = memory.blocks.range(block);
    const address = memory.addressOf(into, block);
    this.#kernels.add(address, memory.addressOf(left, block), memory.addressOf(right, block), length);
    if (into.kind === 'reduced') this.#checkReduced(tally, into, block);
  }

  #send({ round, block, node, from, to }: Extract<Action, { type: 'send' }>): void {
    const tally = this.#tally(round);
    const { offset, length } = tally.memory.blocks.range(block);
    const header = encodeFrameHeader({
      generation: this.#group.generation,
      round,
      state: digestMark(this.#digest.digest),
      node,
      offset,
      length,
      vectorLength: tally.memory.blocks.vectorLength,
      nonFinite: from.kind === 'reduced' && tally.nonFiniteBlocks.has(block),
    });
    tally.bytesSent += length * 4;
    const worker = this.#group.members[to]?.worker ?? -1;
    this.#links.send(worker, { header, payload: tally.memory.bytesOf(from, block) }, () => {
      this.#enqueueAll(this.#machine.flushed(round, from));
    });
  }

  #complete(round: number, vector: Storage): void {
    const tally = this.#tally(round);
    const { memory, finite, lastLaneAt, bytesSent, bytesReceived } = tally;
    if (vector.kind === 'lane') {
      for (let block = 0; block < memory.blocks.count; block++) this.#checkReduced(tally, vector, block);
    }
    this.#report({
      type: 'completed',
      round,
      address: memory.addressOf(vector, 0),
      length: memory.blocks.vectorLength,
      digest: this.#digest.digest,
      nonFiniteLanes: [...tally.nonFiniteLanes].sort((a, b) => a - b),
      finite: finite && tally.nonFiniteBlocks.size === 0,
      exchangeMs: performance.now() - lastLaneAt,
      bytesSent,
      bytesReceived,
    });
    this.#hash(round, vector, memory);
  }

  /** Queued behind the report, and before anything of the next round: its frames carry the new digest. */
  #hash(round: number, vector: Storage, memory: RoundMemory): void {
    for (let block = 0; block < memory.blocks.count; block++) {
      this.#queue.push(() => {
        this.#digest.add(memory.bytesOf(vector, block));
      });
    }
    this.#queue.push(() => {
      const digest = this.#digest.finishRound();
      this.#watch.know(round + 1, digest);
      this.#report({ type: 'digest', round, digest });
      this.#enqueueAll(this.#machine.hashed(round));
    });
  }

  #free(round: number, storage: Storage): void {
    const tally = this.#tally(round);
    tally.memory.free(storage);
    if (!this.#machine.heldRounds.includes(round)) this.#rounds.delete(round);
  }

  #checkLane(tally: RoundTally, lane: number, unchecked: Set<number>, blocks: readonly number[]): void {
    const { memory } = tally;
    for (const block of blocks.filter((each) => unchecked.delete(each))) {
      this.#queue.push(() => {
        const address = memory.addressOf({ kind: 'lane', lane }, block);
        const finite = this.#kernels.allFinite(address, memory.blocks.range(block).length);
        if (!finite) tally.nonFiniteLanes.add(lane);
      });
    }
  }

  #checkReduced(tally: RoundTally, vector: Storage, block: number): void {
    const { memory } = tally;
    const finite = this.#kernels.allFinite(memory.addressOf(vector, block), memory.blocks.range(block).length);
    if (!finite) tally.nonFiniteBlocks.add(block);
  }

  /** The books of a round that the machine has open. */
  #tally(round: number): RoundTally {
    const known = this.#rounds.get(round);
    if (known !== undefined) return known;
    const memory = new RoundMemory(this.#machine.blocksOf(round), this.#arena, (address) => {
      this.#report({ type: 'freed', address });
    });
    const tally: RoundTally = {
      memory,
      nonFiniteLanes: new Set(),
      nonFiniteBlocks: new Set(),
      finite: true,
      lastLaneAt: 0,
      bytesSent: 0,
      bytesReceived: 0,
    };
    this.#rounds.set(round, tally);
    return tally;
  }
}
