import { setTimeout as delay } from 'node:timers/promises';
import { CollimatorError } from '@collimator/errors';
import type { ObjectStore } from '@collimator/object-store';
import { CoordinatorService, type RunEvent, StopKind } from '@collimator/protocol';
import { LogWriter, type RunStore, isOver } from '@collimator/runs';
import { type Connection, MessageQueue, type ServiceClient } from '@collimator/transport-grpc';
import { endProcesses, settlesWithin } from './end-processes.ts';
import type { LaunchedRun, RunEnd } from './launched-run.ts';
import type { NodeProcess } from './node-process.ts';
import { type Outcome, coordinatorLost, outcomeOf, patienceAfter } from './outcome.ts';

/** The parts of a run that was just started. */
export interface LocalRunParts {
  readonly run: string;
  readonly runs: RunStore;
  readonly store: ObjectStore;
  readonly connection: Connection;
  readonly coordinator: NodeProcess;
  /** In the order of their ids. */
  readonly workers: readonly NodeProcess[];
}

/** Lines of stderr that are told as evidence of why a worker ended. */
const evidenceLines = 20;
const stderrLinesLogged = 1_000;
const stopCallMs = 500;
const watchAgainMs = 100;

/** Watches over the processes of a run until all have ended. */
export class LocalRun implements LaunchedRun {
  readonly run: string;
  readonly finished: Promise<RunEnd>;
  readonly #parts: LocalRunParts;
  readonly #client: ServiceClient<(typeof CoordinatorService)['method']>;
  readonly #events = new MessageQueue<RunEvent>();
  readonly #outcome = Promise.withResolvers<Outcome>();

  constructor(parts: LocalRunParts) {
    this.run = parts.run;
    this.#parts = parts;
    this.#client = parts.connection.client(CoordinatorService);
    this.finished = this.#supervise();
  }

  get events(): AsyncIterable<RunEvent> {
    return this.#events;
  }

  async stop(reason: string): Promise<void> {
    const told = this.#client.stopRun({ kind: StopKind.INTERRUPT, reason }).catch(() => undefined);
    await settlesWithin(told, stopCallMs);
    const error = new CollimatorError('interrupted', `the run was stopped: ${reason}`);
    this.#outcome.resolve({ state: 'Interrupted', error });
    await this.finished;
  }

  async #supervise(): Promise<RunEnd> {
    const { workers, coordinator, connection } = this.#parts;
    const followed = this.#follow();
    const reported = workers.map((worker, id) => this.#reportEnd(worker, id));
    const outcome = await this.#outcome.promise;
    const patience = patienceAfter(outcome.state);
    await endProcesses(workers, patience.workers);
    await Promise.all(reported);
    await endProcesses([coordinator], patience.coordinator);
    await followed;
    connection.close();
    return this.#conclude(outcome);
  }

  /** Passes the events on and notices the outcome; a coordinator that ends without one has left the run alone. */
  async #follow(): Promise<void> {
    const { coordinator } = this.#parts;
    while (coordinator.running && !(await this.#watch())) await delay(watchAgainMs);
    this.#events.close();
    const error = coordinatorLost(coordinator.stderrTail(evidenceLines));
    this.#outcome.resolve({ state: 'Interrupted', error });
  }

  /** Watches until the stream ends, which is with the run, or breaks: the coordinator is gone, or we were suspended for long. */
  async #watch(): Promise<boolean> {
    try {
      for await (const event of this.#client.watch({}).messages) {
        this.#events.push(event);
        const outcome = outcomeOf(event);
        if (outcome !== undefined) this.#outcome.resolve(outcome);
      }
      return true;
    } catch {
      return false;
    }
  }

  /** Gives the coordinator the evidence of a worker's end, and the log what the worker wrote to stderr. */
  async #reportEnd(worker: NodeProcess, id: number): Promise<void> {
    const { exitCode, signal } = await worker.ended;
    const evidence = {
      worker: id,
      stderrTail: [...worker.stderrTail(evidenceLines)],
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(signal === undefined ? {} : { signal }),
    };
    await this.#client.reportExit(evidence).catch(() => undefined);
    await this.#logStderr(worker.stderrTail(stderrLinesLogged), id).catch(() => undefined);
  }

  async #logStderr(lines: readonly string[], worker: number): Promise<void> {
    if (lines.length === 0) return;
    const log = await LogWriter.open(this.#parts.store, { run: this.run, worker, now: () => new Date() });
    for (const line of lines) log.write('info', 'stderr', line);
    await log.flush();
  }

  /** The final record; where the coordinator could not write it, this process does. */
  async #conclude({ state, error }: Outcome): Promise<RunEnd> {
    const { runs } = this.#parts;
    const record = await runs.read(this.run);
    if (isOver(record.state)) return { record, error };
    const ending = { state, reason: error?.message ?? null, endedAt: new Date().toISOString() };
    return { record: await runs.update(this.run, (current) => ({ ...current, ...ending })), error };
  }
}
