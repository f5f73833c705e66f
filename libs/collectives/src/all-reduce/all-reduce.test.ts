import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignLanes } from '../assignment.ts';
import type { TreeNode } from '../tree.ts';
import { type Action, type Storage, storageKey } from './action.ts';
import { AllReduce } from './all-reduce.ts';

const blockSize = 4;

/** The naive twin: the tree over whole vectors, level by level. */
function treeSum(lanes: readonly Float32Array[]): Float32Array {
  if (lanes.length === 1) return lanes[0] ?? new Float32Array();
  const pairs = Array.from({ length: lanes.length / 2 }, (_, pair) => {
    const [left, right] = [lanes[pair * 2] ?? [], lanes[pair * 2 + 1] ?? []];
    return Float32Array.from(left, (value, index) => value + (right[index] ?? NaN));
  });
  return treeSum(pairs);
}

type Event = () => void;

/** One worker: the state machine with a plain-memory executor; whatever it sends becomes an event of the group. */
class SimulatedWorker {
  readonly machine: AllReduce;
  readonly results = new Map<number, Float32Array>();
  readonly sent: string[] = [];
  readonly #self: number;
  readonly #post: (worker: number, event: Event) => void;
  readonly #peers: readonly SimulatedWorker[];
  readonly #memory = new Map<string, Float32Array>();

  constructor(
    self: number,
    assignment: readonly (readonly number[])[],
    peers: readonly SimulatedWorker[],
    post: (worker: number, event: Event) => void,
  ) {
    this.#self = self;
    this.#peers = peers;
    this.#post = post;
    this.machine = new AllReduce({ self, assignment, firstRound: 0, blockSize });
  }

  get heldBuffers(): number {
    return this.#memory.size;
  }

  laneReady(round: number, lane: number, vector: Float32Array): void {
    this.#memory.set(`${round} lane ${lane}`, Float32Array.from(vector));
    this.run(this.machine.laneReady(round, lane));
  }

  receive(
    from: number,
    round: number,
    node: TreeNode,
    offset: number,
    vectorLength: number,
    payload: Float32Array,
  ): void {
    const arrival = { from, round, node, offset, length: payload.length, vectorLength };
    const { storage, block } = this.machine.expect(arrival);
    this.#block(round, storage, block).set(payload);
    this.run(this.machine.received(round, node, block));
  }

  run(actions: readonly Action[]): void {
    for (const action of actions) this.#do(action);
  }

  #do(action: Action): void {
    const { round } = action;
    if (action.type === 'add') {
      const [left, right] = [
        this.#block(round, action.left, action.block),
        this.#block(round, action.right, action.block),
      ];
      // Own subtree sums are kept for peers: only sums of own lanes may go to a lane's vector.
      if (action.into.kind === 'lane') expect([action.left.kind, action.right.kind]).toEqual(['lane', 'lane']);
      this.#block(round, action.into, action.block).set(left.map((value, index) => value + (right[index] ?? NaN)));
    } else if (action.type === 'free') {
      const key = `${round} ${storageKey(action.storage)}`;
      expect(this.#memory.delete(key), `${key} is freed once`).toBe(true);
    } else if (action.type === 'complete') {
      this.results.set(round, Float32Array.from(this.#whole(round, action.vector)));
      this.#post(this.#self, () => {
        this.run([...this.machine.hashed(round), ...this.machine.released(round)]);
      });
    } else this.#send(action);
  }

  #send({ round, block, node, from, to }: Extract<Action, { type: 'send' }>): void {
    this.sent.push(`${round} ${node.level}/${node.index} ${block} > ${to}`);
    const { vectorLength } = this.machine.blocksOf(round);
    const { offset } = this.machine.blocksOf(round).range(block);
    const bytes = this.#block(round, from, block);
    this.#post(to, () => {
      // The bytes are read only now: a buffer that changed after its send would show.
      this.#peers[to]?.receive(this.#self, round, node, offset, vectorLength, bytes);
      this.#post(this.#self, () => {
        this.run(this.machine.flushed(round, from));
      });
    });
  }

  #block(round: number, storage: Storage, block: number): Float32Array {
    const { offset, length } = this.machine.blocksOf(round).range(block);
    const whole = this.#whole(round, storage);
    return storage.kind === 'slice' ? whole.subarray(0, length) : whole.subarray(offset, offset + length);
  }

  #whole(round: number, storage: Storage): Float32Array {
    const key = `${round} ${storageKey(storage)}`;
    const known = this.#memory.get(key);
    if (known !== undefined) return known;
    const floats = storage.kind === 'slice' ? blockSize : this.machine.blocksOf(round).vectorLength;
    const fresh = new Float32Array(floats).fill(NaN);
    this.#memory.set(key, fresh);
    return fresh;
  }
}

/** Runs rounds on simulated workers; `pick` chooses which event happens next. Events between one pair keep their order. */
function simulate(rounds: readonly (readonly Float32Array[])[], workers: number, pick: (choices: number) => number) {
  const assignment = assignLanes(rounds[0]?.length ?? 0, workers);
  const queues: Event[][] = [];
  const group: SimulatedWorker[] = [];
  for (let rank = 0; rank < workers; rank++) {
    const links = new Map<number, Event[]>();
    const post = (to: number, event: Event): void => {
      const queue = links.get(to) ?? [];
      if (!links.has(to)) queues.push(queue);
      links.set(to, queue);
      queue.push(event);
    };
    group.push(new SimulatedWorker(rank, assignment, group, post));
  }
  const compute: Event[][] = group.map((worker, rank) => {
    const events: Event[] = [];
    const start = (round: number): void => {
      const lanes = rounds[round];
      if (lanes === undefined) return;
      events.push(() => {
        worker.machine.begin(round, lanes[0]?.length ?? 0);
      });
      for (const lane of assignment[rank] ?? []) {
        events.push(() => {
          worker.laneReady(round, lane, lanes[lane] ?? new Float32Array());
        });
      }
      const next = (): void => {
        if (worker.results.has(round)) start(round + 1);
        else events.push(next);
      };
      events.push(next);
    };
    start(0);
    return events;
  });
  queues.push(...compute);
  for (;;) {
    const ready = queues.filter((queue) => queue.length > 0);
    if (ready.length === 0) return group;
    ready[pick(ready.length)]?.shift()?.();
  }
}

const special = fc.constantFrom(0, -0, 2 ** -149, -(2 ** -149), 2 ** -126, 3.4e38, -3.4e38, Infinity, -Infinity, NaN);
const value = fc.oneof({ weight: 4, arbitrary: fc.float({ noNaN: true }) }, { weight: 1, arbitrary: special });

const scenario = fc
  .record({
    levels: fc.integer({ min: 0, max: 4 }),
    length: fc.integer({ min: 1, max: 40 }),
    rounds: fc.integer({ min: 1, max: 3 }),
  })
  .chain(({ levels, length, rounds }) =>
    fc.record({
      workers: fc.integer({ min: 1, max: 2 ** levels }),
      rounds: fc.array(
        fc.array(fc.array(value, { minLength: length, maxLength: length }), {
          minLength: 2 ** levels,
          maxLength: 2 ** levels,
        }),
        { minLength: rounds, maxLength: rounds },
      ),
      picks: fc.infiniteStream(fc.nat({ max: 1_000_000 })),
    }),
  );

describe('the all-reduce', () => {
  it('gives every worker the bits of the naive tree, at any worker count and order of events', () => {
    fc.assert(
      fc.property(scenario, ({ workers, rounds, picks }) => {
        const vectors = rounds.map((lanes) => lanes.map((lane) => Float32Array.from(lane)));
        const group = simulate(vectors, workers, (choices) => Number(picks.next().value) % choices);
        vectors.forEach((lanes, round) => {
          const expected = [...treeSum(lanes)];
          for (const worker of group) expect([...(worker.results.get(round) ?? [])]).toEqual(expected);
        });
      }),
      { numRuns: 150 },
    );
  });

  it('sends every byte once and frees everything but the last two reduced vectors', () => {
    fc.assert(
      fc.property(scenario, ({ workers, rounds, picks }) => {
        const vectors = rounds.map((lanes) => lanes.map((lane) => Float32Array.from(lane)));
        const group = simulate(vectors, workers, (choices) => Number(picks.next().value) % choices);
        for (const worker of group) {
          expect(new Set(worker.sent).size).toBe(worker.sent.length);
          expect(worker.heldBuffers).toBe(1);
          expect(worker.machine.heldRounds).toEqual([rounds.length - 1]);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('frames that no peer may send', () => {
  const arrival = { from: 1, round: 0, node: { level: 1, index: 1 }, offset: 0, length: 4, vectorLength: 10 };
  const machine = () => {
    const reduce = new AllReduce({ self: 0, assignment: assignLanes(4, 2), firstRound: 0, blockSize });
    reduce.begin(0, 10);
    return reduce;
  };

  it.each([
    ['a round too early', { round: 2 }, 'rank 1 sent a frame of round 2; expected were 0 and 1'],
    ['another length', { vectorLength: 11 }, 'rank 1 sums a vector of 11 floats, others one of 10'],
    ['half a block', { length: 3 }, 'rank 1 sent 3 floats from 0 in round 0; frames hold one block each'],
    ['an offset inside a block', { offset: 2 }, 'rank 1 sent 4 floats from 2 in round 0; frames hold one block each'],
    ['a subtree of ours', { node: { level: 1, index: 0 } }, 'block 0 of subtree 1/0, which is not its to send'],
    ['a lane inside its subtree', { node: { level: 0, index: 2 } }, 'block 0 of subtree 0/2, which is not its to send'],
    [
      'a finished block of our own',
      { node: { level: 2, index: 0 } },
      'block 0 of subtree 2/0, which is not its to send',
    ],
  ])('%s', (_, change, message) => {
    expect(() => machine().expect({ ...arrival, ...change })).toThrow(message);
  });

  it('the same block twice', () => {
    const reduce = machine();
    reduce.expect(arrival);
    expect(() => reduce.expect(arrival)).toThrow('rank 1 sent block 0 of subtree 1/1 twice');
  });
});

it('refuses a round out of turn and a lane that is not ours', () => {
  const reduce = new AllReduce({ self: 0, assignment: assignLanes(4, 2), firstRound: 5 });
  expect(() => {
    reduce.begin(6, 10);
  }).toThrow('the next round to begin is 5');
  reduce.begin(5, 10);
  expect(() => reduce.laneReady(5, 2)).toThrow('lane 2 of round 5 is not ours or was handed in twice');
});

it('holds one vector for each level of the tree while lanes come one by one', () => {
  const reduce = new AllReduce({ self: 0, assignment: assignLanes(64, 1), firstRound: 0, blockSize });
  reduce.begin(0, 10);
  let [held, most] = [0, 0];
  for (let lane = 0; lane < 64; lane++) {
    most = Math.max(most, ++held);
    held -= reduce.laneReady(0, lane).filter(({ type }) => type === 'free').length;
  }
  expect([held, most]).toEqual([1, 7]);
});
