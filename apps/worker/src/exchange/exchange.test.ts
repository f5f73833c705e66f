import { assignLanes } from '@collimator/collectives';
import { afterEach, describe, expect, it } from 'vitest';
import { type GradientExchange, startExchange } from './index.ts';

const credentials = { run: 'run-1', token: 'secret' };
const initialDigest = '00'.repeat(32);
const generation = { epoch: 1, number: 1 };
const open: GradientExchange[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((exchange) => exchange.close()));
});

function start(worker: number, digest = initialDigest): Promise<GradientExchange> {
  return startExchange({ worker, credentials, host: '127.0.0.1', maxBytes: 1 << 30, initialDigest: digest });
}

/** Starts and connects a group; worker ids are unlike ranks on purpose. */
async function group(workers: number, laneCount: number, digests: readonly string[] = []) {
  const assignment = assignLanes(laneCount, workers);
  const exchanges = await Promise.all(assignment.map((_, rank) => start(rank * 3 + 1, digests[rank])));
  open.push(...exchanges);
  const members = exchanges.map(({ address }, rank) => ({ worker: rank * 3 + 1, address }));
  await Promise.all(exchanges.map((exchange) => exchange.connect(members, assignment, generation)));
  return { exchanges, assignment };
}

type Group = Awaited<ReturnType<typeof group>>;

/** Runs one round on all workers and returns their results. */
function round({ exchanges, assignment }: Group, number: number, lanes: readonly Float32Array[]) {
  const length = lanes[0]?.length ?? 0;
  return Promise.all(
    exchanges.map((exchange, rank) => {
      exchange.beginRound(number, length);
      for (const lane of assignment[rank] ?? []) {
        exchange.laneBuffer(number, lane).set(lanes[lane] ?? []);
        exchange.laneReady(number, lane);
      }
      return exchange.completed(number);
    }),
  );
}

function treeSum(lanes: readonly Float32Array[]): Float32Array {
  if (lanes.length === 1) return lanes[0] ?? new Float32Array();
  const pairs = Array.from({ length: lanes.length / 2 }, (_, pair) => {
    const [left, right] = [lanes[pair * 2] ?? [], lanes[pair * 2 + 1] ?? []];
    return Float32Array.from(left, (value, index) => value + (right[index] ?? NaN));
  });
  return treeSum(pairs);
}

/** Values whose sum shows every change of order: magnitudes from subnormal to large. */
function randomLanes(laneCount: number, length: number, seed: number): Float32Array[] {
  let state = seed * 2654435761;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  };
  return Array.from({ length: laneCount }, () =>
    Float32Array.from({ length }, () => next() * 2 ** Math.round(next() * 40 - (next() > 0.9 ? 130 : 0))),
  );
}

function bits(vector: Float32Array): Buffer {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
}

describe('an all-reduce over loopback', () => {
  it.each([1, 2, 3, 4])('has the bits of the naive tree with %i workers, at any length', async (workers) => {
    const members = await group(workers, 8);
    for (const [number, length] of [7, 65_536, 65_537, 1_000_003, 3].entries()) {
      const lanes = randomLanes(8, length, number + 1);
      const expected = bits(treeSum(lanes));
      const results = await round(members, number, lanes);
      for (const { vector, finite } of results) {
        expect(Buffer.compare(bits(vector), expected)).toBe(0);
        expect(finite).toBe(true);
      }
      expect(new Set(await Promise.all(results.map(({ digestAfter }) => digestAfter))).size).toBe(1);
      for (const exchange of members.exchanges) exchange.release(number);
    }
  });

  it('has the same state digests at any worker count', async () => {
    const digests = [];
    for (const workers of [1, 2, 3]) {
      const members = await group(workers, 4);
      for (const number of [0, 1]) {
        const [first] = await round(members, number, randomLanes(4, 100_000, number));
        digests.push(await first?.digestAfter);
        for (const exchange of members.exchanges) exchange.release(number);
      }
    }
    expect(new Set(digests).size).toBe(2);
    expect(digests.slice(2, 4)).toEqual(digests.slice(0, 2));
  });

  it('names the lanes whose vectors are not finite, and tells every worker that the sum is not', async () => {
    const lanes = randomLanes(4, 200_000, 9);
    lanes[3]?.fill(NaN, 150_000, 150_001);
    const results = await round(await group(2, 4), 0, lanes);
    expect(results.map(({ nonFiniteLanes }) => nonFiniteLanes)).toEqual([[], [3]]);
    expect(results.map(({ finite }) => finite)).toEqual([false, false]);
  });

  it('counts what it sends: each own subtree to its owners, each finished block to every peer', async () => {
    const length = 65_536 * 4;
    const results = await round(await group(2, 2), 0, randomLanes(2, length, 1));
    for (const { bytesSent, bytesReceived } of results)
      expect([bytesSent, bytesReceived]).toEqual([length * 4, length * 4]);
  });
});

describe('what goes wrong', () => {
  it('a peer that ends in the middle of a round', async () => {
    const { exchanges, assignment } = await group(2, 2);
    const [first, second] = exchanges;
    const lost = new Promise((resolve) => first?.onPeerLost(resolve));
    first?.beginRound(0, 10);
    first?.laneReady(0, assignment[0]?.[0] ?? 0);
    await second?.close();
    expect(await lost).toMatchObject({ worker: 4, error: { code: 'peer_lost' } });
    await expect(first?.completed(0)).rejects.toMatchObject({ code: 'peer_lost' });
  });

  it('a peer that left before the round began', async () => {
    const { exchanges } = await group(2, 2);
    const [first, second] = exchanges;
    await second?.close();
    // Long enough for the farewell to arrive first; either order must end alike.
    await new Promise((resolve) => setTimeout(resolve, 50));
    first?.beginRound(0, 10);
    await expect(first?.completed(0)).rejects.toThrow('worker 4 left before the round was complete');
  });

  it('workers whose states differ', async () => {
    const members = await group(2, 2, [initialDigest, '11'.repeat(32)]);
    const failed = round(members, 0, randomLanes(2, 10, 1));
    await expect(failed).rejects.toMatchObject({ code: 'state_mismatch' });
    await expect(failed).rejects.toThrow('the state of worker');
  });

  it('workers that sum vectors of other lengths', async () => {
    const { exchanges } = await group(2, 2);
    const outcomes = exchanges.map((exchange, rank) => {
      exchange.beginRound(0, 100 + rank);
      exchange.laneReady(0, rank);
      return exchange.completed(0);
    });
    await expect(Promise.any(outcomes)).rejects.toThrow();
    const reasons = await Promise.allSettled(outcomes);
    expect(reasons.some((each) => each.status === 'rejected' && String(each.reason).includes('sums a vector of'))).toBe(
      true,
    );
  });

  it('a token of another run', async () => {
    const first = await start(1);
    const second = await startExchange({
      worker: 2,
      credentials: { run: 'run-1', token: 'guess' },
      host: '127.0.0.1',
      maxBytes: 1 << 20,
      initialDigest,
    });
    open.push(first, second);
    const members = [
      { worker: 1, address: first.address },
      { worker: 2, address: second.address },
    ];
    const connected = Promise.all([first, second].map((each) => each.connect(members, [[0], [1]], generation)));
    await expect(connected).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('a round of no floats, or one that was never begun', async () => {
    const { exchanges } = await group(1, 1);
    expect(() => exchanges[0]?.beginRound(0, 0)).toThrow('round 0 of 0 floats; allowed are 1 and more');
    expect(() => exchanges[0]?.laneBuffer(5, 0)).toThrow('round 5 was not begun, or was released');
  });
});

it('keeps memory flat over 2,000 rounds', { timeout: 60_000 }, async () => {
  const members = await group(2, 4);
  const lanes = randomLanes(4, 1000, 5);
  const run = async (from: number, to: number): Promise<void> => {
    for (let number = from; number < to; number++) {
      await round(members, number, lanes);
      for (const exchange of members.exchanges) exchange.release(number);
    }
  };
  await run(0, 500);
  const [before, handles] = [process.memoryUsage().rss, process.getActiveResourcesInfo().length];
  await run(500, 2500);
  expect(process.memoryUsage().rss - before).toBeLessThan(40e6);
  expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(handles + 2);
  for (const exchange of members.exchanges) expect(exchange.laneBytes).toBeLessThanOrEqual(8192);
});
