import { MessageQueue } from '@collimator/transport-grpc';
import type { CoordinatorStatement } from './wire/to-wire.ts';

/** The coordinator's side of a control stream. */
export type ControlSession = MessageQueue<CoordinatorStatement>;

/** The open control streams, by worker. A worker has at most one: the first on which it spoke. */
export class ControlSessions {
  readonly #byWorker = new Map<number, ControlSession>();

  open(): ControlSession {
    return new MessageQueue<CoordinatorStatement>();
  }

  /** From now on this session is the worker's. */
  identify(worker: number, session: ControlSession): void {
    this.#byWorker.set(worker, session);
  }

  of(worker: number): ControlSession | undefined {
    return this.#byWorker.get(worker);
  }

  /** The worker of a session; undefined before it spoke. */
  workerOf(session: ControlSession): number | undefined {
    return [...this.#byWorker].find(([, candidate]) => candidate === session)?.[0];
  }

  /** Says something to these workers, so far as they are here. */
  tell(workers: readonly number[], statement: CoordinatorStatement): void {
    for (const worker of workers) this.of(worker)?.push(statement);
  }

  broadcast(statement: CoordinatorStatement): void {
    for (const session of this.#byWorker.values()) session.push(statement);
  }

  /** Ends all streams. */
  close(): void {
    for (const session of this.#byWorker.values()) session.close();
  }
}
