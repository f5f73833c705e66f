import type { LaneAssignment } from '@collimator/collectives';
import { CollimatorError } from '@collimator/errors';
import type { Generation } from '@collimator/protocol';
import { type ExchangeMember, type GradientExchange, startExchange } from './exchange/index.ts';

/** All that a WebAssembly memory can address. */
const maxBytes = 4 * 2 ** 30;

/** The digest of every state before its first round; it names no run, so that equal training gives equal digests. */
const initialDigest = '0'.repeat(64);

/** Starts this worker's exchange, reachable on this machine only. */
export function startLocalExchange(run: string, worker: number, token: string): Promise<GradientExchange> {
  return startExchange({ worker, credentials: { run, token }, host: '127.0.0.1', maxBytes, initialDigest });
}

/** Connects to all members of a generation; resolves when everyone is connected to us. Errors: those of the exchange. */
export function connectGeneration(exchange: GradientExchange, generation: Generation): Promise<void> {
  const byRank = generation.members.toSorted((left, right) => left.rank - right.rank);
  const members = byRank.map(({ worker, address }): ExchangeMember => {
    if (address === undefined)
      throw new CollimatorError('bug', `generation ${generation.number}: worker ${worker} has no address`);
    return { worker, address: { host: address.host, port: address.port } };
  });
  const assignment: LaneAssignment = byRank.map(({ lanes }) => lanes);
  return exchange.connect(members, assignment, { epoch: generation.coordinatorEpoch, number: generation.number });
}
