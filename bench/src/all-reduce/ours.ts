/**
 * Our side of the all-reduce: `ours.ts MEGABYTES` is rank 0 and starts rank 1 as a second process. It speaks the line protocol
 * of `contender.ts`. A time runs from the hand-over of this rank's vector to the finished sum, after a barrier. The state
 * digest is computed behind it, where training computes the next step's gradients, and awaited before the next iteration.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { PeerAddress } from '@collimator/transport';
import { type ExchangeMember, type GradientExchange, startExchange } from '@collimator/worker';

const size = 2;
const warmup = 5;
const assignment = Array.from({ length: size }, (_, rank) => [rank]);

/** What rank 0 tells rank 1. */
type Order = { readonly members: readonly ExchangeMember[] } | { readonly iterations: number };

/** One rank of the group, which sums a vector of ones and checks what comes back. */
class Rank {
  readonly exchange: GradientExchange;
  readonly #rank: number;
  readonly #floats: number;
  #round = 0;

  private constructor(exchange: GradientExchange, rank: number, floats: number) {
    this.exchange = exchange;
    this.#rank = rank;
    this.#floats = floats;
  }

  static async start(rank: number, floats: number): Promise<Rank> {
    const exchange = await startExchange({
      worker: rank,
      credentials: { run: 'all-reduce', token: 'benchmark' },
      host: '127.0.0.1',
      maxBytes: Math.max(64 << 20, floats * 4 * 6),
      initialDigest: '00'.repeat(32),
    });
    return new Rank(exchange, rank, floats);
  }

  async connect(members: readonly ExchangeMember[]): Promise<void> {
    await this.exchange.connect(members, assignment, { epoch: 1, number: 1 });
  }

  async measure(iterations: number): Promise<number[]> {
    const times: number[] = [];
    for (let iteration = 0; iteration < iterations; iteration++) times.push(await this.#iterate());
    return times;
  }

  async #iterate(): Promise<number> {
    await this.#sum(1);
    const { time, digestAfter } = await this.#sum(this.#floats);
    await digestAfter;
    return time;
  }

  /** Sums one vector and says how long that took. A sum of one float is a barrier. */
  async #sum(floats: number): Promise<{ readonly time: number; readonly digestAfter: Promise<string> }> {
    const round = this.#round++;
    this.exchange.beginRound(round, floats);
    this.exchange.laneBuffer(round, this.#rank).fill(this.#rank + 1);
    const begun = performance.now();
    this.exchange.laneReady(round, this.#rank);
    const { vector, digestAfter } = await this.exchange.completed(round);
    const time = performance.now() - begun;
    if (vector[0] !== 3 || vector.at(-1) !== 3) throw new Error(`the sum is ${String(vector[0])}, not 3`);
    this.exchange.release(round);
    return { time, digestAfter };
  }
}

/** Rank 0: directs the other rank and answers whoever measures. */
async function lead(floats: number): Promise<void> {
  const other = fork(fileURLToPath(import.meta.url), [String((floats * 4) / 1e6), '1']);
  const [rank, [address]] = await Promise.all([
    Rank.start(0, floats),
    once(other, 'message') as Promise<[PeerAddress]>,
  ]);
  const members = [rank.exchange.address, address].map((each, worker) => ({ worker, address: each }));
  tell(other, { members });
  await rank.connect(members);
  await both(other, rank, warmup);
  process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
  for await (const line of createInterface({ input: process.stdin })) {
    const ms = await both(other, rank, Number(line.split(' ')[1]));
    process.stdout.write(`${JSON.stringify({ ms })}\n`);
  }
  other.disconnect();
  await rank.exchange.close();
}

function tell(other: ChildProcess, order: Order): void {
  other.send(order);
}

async function both(other: ChildProcess, rank: Rank, iterations: number): Promise<number[]> {
  tell(other, { iterations });
  const [times] = await Promise.all([rank.measure(iterations), once(other, 'message')]);
  return times;
}

/** Rank 1: does as it is told until rank 0 leaves. */
async function follow(floats: number): Promise<void> {
  const rank = await Rank.start(1, floats);
  process.on('disconnect', () => void rank.exchange.close());
  process.on('message', (order: Order) => {
    if ('members' in order) void rank.connect(order.members);
    else void rank.measure(order.iterations).then(() => process.send?.('done'));
  });
  process.send?.(rank.exchange.address);
}

const [megabytes = '4', role = '0'] = process.argv.slice(2);
const floats = Math.round((Number(megabytes) * 1e6) / 4);
await (role === '0' ? lead(floats) : follow(floats));
