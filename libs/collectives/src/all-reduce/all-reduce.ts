import { CollimatorError } from '@collimator/errors';
import type { LaneAssignment } from '../assignment.ts';
import { blockFloats, Blocks } from '../blocks.ts';
import type { TreeNode } from '../tree.ts';
import type { Action, Storage } from './action.ts';
import { Group } from './group.ts';
import { Round } from './round.ts';

/** What a peer says that a frame holds. */
export interface Arrival {
  /** The rank that sent it. */
  readonly from: number;
  readonly round: number;
  readonly node: TreeNode;
  /** First float, and floats in the payload and in the whole vector. */
  readonly offset: number;
  readonly length: number;
  readonly vectorLength: number;
}

/**
 * The all-reduce of one worker as a pure state machine: direct reduce-scatter and all-gather of lane vectors in the fixed
 * tree. It touches no memory and no network: it is told what happened and returns what to do. Rounds follow each other
 * without gaps; peers are at most one round ahead.
 *
 * Retention (the step protocol): own subtree sums until the round is complete here and their bytes have left; a reduced
 * vector until the *next* round is complete here, it was released, hashed, and its bytes have left.
 */
export class AllReduce {
  readonly #group: Group;
  readonly #blockSize: number;
  readonly #rounds = new Map<number, Round>();
  #current: number;

  constructor(options: {
    readonly self: number;
    readonly assignment: LaneAssignment;
    readonly firstRound: number;
    /** Floats per block; only tests choose another size. */
    readonly blockSize?: number;
  }) {
    this.#group = new Group(options.self, options.assignment);
    this.#blockSize = options.blockSize ?? blockFloats;
    this.#current = options.firstRound;
  }

  /** The first round that is not complete here. */
  get current(): number {
    return this.#current;
  }

  /** Rounds of which something is still held. */
  get heldRounds(): readonly number[] {
    return [...this.#rounds.keys()];
  }

  blocksOf(round: number): Blocks {
    return this.#existing(round).blocks;
  }

  /** Starts a round of this length. Throws `state_mismatch` when a peer already sent another length for it. */
  begin(round: number, vectorLength: number): void {
    const state = this.#rounds.get(round) ?? this.#open(round, vectorLength);
    if (round !== this.#current || state.begun) {
      throw new CollimatorError('bug', `round ${round} was begun; the next round to begin is ${this.#current}`);
    }
    this.#checkLength(state, vectorLength, 'this worker');
    state.begin();
  }

  /** The vector of one own lane is written. */
  laneReady(round: number, lane: number): Action[] {
    const state = this.#existing(round);
    state.laneReady(lane);
    return this.#settle(state);
  }

  /** Where the payload of a frame belongs. Throws `protocol_violation` or `state_mismatch` for what no peer may send. */
  expect(arrival: Arrival): { readonly storage: Storage; readonly block: number } {
    const { from, round, node, vectorLength } = arrival;
    if (round !== this.#current && round !== this.#current + 1) {
      throw new CollimatorError(
        'protocol_violation',
        `rank ${from} sent a frame of round ${round}; expected were ${this.#current} and ${this.#current + 1}`,
      );
    }
    const state = this.#rounds.get(round) ?? this.#open(round, vectorLength);
    this.#checkLength(state, vectorLength, `rank ${from}`);
    const block = blockOf(state.blocks, arrival);
    return { storage: state.expect(from, node, block), block };
  }

  /** The payload of an expected frame is where it belongs. */
  received(round: number, node: TreeNode, block: number): Action[] {
    const state = this.#existing(round);
    state.received(node, block);
    return this.#settle(state);
  }

  /** The transport has let go of one block that a `send` action named. */
  flushed(round: number, storage: Storage): Action[] {
    const state = this.#existing(round);
    state.flushed(storage);
    return this.#settle(state);
  }

  /** The caller no longer reads the round's reduced vector. */
  released(round: number): Action[] {
    const state = this.#existing(round);
    state.release();
    return this.#settle(state);
  }

  /** The round's reduced vector is part of the state digest. */
  hashed(round: number): Action[] {
    const state = this.#existing(round);
    state.hashed();
    return this.#settle(state);
  }

  #open(round: number, vectorLength: number): Round {
    const state = new Round(round, new Blocks(vectorLength, this.#blockSize), this.#group);
    this.#rounds.set(round, state);
    return state;
  }

  #existing(round: number): Round {
    const state = this.#rounds.get(round);
    if (state === undefined) throw new CollimatorError('bug', `round ${round} is not open`);
    return state;
  }

  #checkLength(state: Round, vectorLength: number, who: string): void {
    const { vectorLength: known } = state.blocks;
    if (known === vectorLength) return;
    throw new CollimatorError(
      'state_mismatch',
      `round ${state.round}: ${who} sums a vector of ${vectorLength} floats, others one of ${known}`,
    );
  }

  #settle(state: Round): Action[] {
    const actions = state.take();
    if (state.complete && state.round === this.#current) this.#current += 1;
    return [...actions, ...this.#disposals()];
  }

  /** Reduced vectors whose next round is complete and that nobody here needs. */
  #disposals(): Action[] {
    const done = [...this.#rounds.values()].filter(({ round, disposable }) => disposable && round + 1 < this.#current);
    for (const { round } of done) this.#rounds.delete(round);
    return done.map(({ round, vector }) => ({ type: 'free', round, storage: vector }));
  }
}

function blockOf(blocks: Blocks, { from, round, offset, length }: Arrival): number {
  const block = blocks.at(offset);
  if (block !== undefined && blocks.range(block).length === length) return block;
  throw new CollimatorError(
    'protocol_violation',
    `rank ${from} sent ${length} floats from ${offset} in round ${round}; frames hold one block each`,
  );
}
