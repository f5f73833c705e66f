import { create, toBinary } from '@bufbuild/protobuf';
import { CollimatorError } from '@collimator/errors';
import { RunOptionsSchema, SessionConfigSchema } from '../gen/tensorflow_pb.ts';
import type { RunnerFeed, RunnerFetch, SessionHandle, SessionRunner } from './runner.ts';

/** How a run uses cores: on the one thread that runs it, or over the pool of the session, an operation per thread. */
type RunPlacement = 'one-thread' | 'pool';

const runOptions: Readonly<Record<RunPlacement, Uint8Array>> = {
  'one-thread': toBinary(RunOptionsSchema, create(RunOptionsSchema, { interOpThreadPool: -1 })),
  pool: new Uint8Array(),
};

export interface SessionCall {
  readonly feeds?: readonly RunnerFeed[];
  readonly fetches?: readonly RunnerFetch[];
  readonly targets?: readonly string[];
  readonly placement: RunPlacement;
}

/** One TensorFlow session: every operation on one thread, several runs at once. Errors are `engine_failed`. */
export class Session {
  readonly #runner: SessionRunner;
  readonly #handle: SessionHandle;

  constructor(runner: SessionRunner, graph: Uint8Array, cores: number) {
    this.#runner = runner;
    this.#handle = attempt(() => runner.open(graph, sessionConfig(cores), cores));
  }

  async run({ feeds = [], fetches = [], targets = [], placement }: SessionCall): Promise<void> {
    if (fetches.length + targets.length === 0) return;
    try {
      await this.#runner.run(this.#handle, { feeds, fetches, targets, options: runOptions[placement] });
    } catch (error) {
      throw failed(error);
    }
  }

  /** Frees variables and threads. No run may be in flight. */
  close(): void {
    attempt(() => {
      this.#runner.close(this.#handle);
    });
  }
}

function sessionConfig(cores: number): Uint8Array {
  const config = create(SessionConfigSchema, {
    intraOpParallelismThreads: 1,
    interOpParallelismThreads: cores,
    usePerSessionThreads: true,
    allowSoftPlacement: true,
    gpuOptions: { allowGrowth: true },
  });
  return toBinary(SessionConfigSchema, config);
}

function attempt<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw failed(error);
  }
}

function failed(error: unknown): CollimatorError {
  const message = error instanceof Error ? error.message : String(error);
  return new CollimatorError('engine_failed', `TensorFlow: ${message}`, { cause: error });
}
