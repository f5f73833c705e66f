import { fromErrorMessage } from '@collimator/protocol';
import { CollimatorError } from '@collimator/errors';
import type { ControlStream, CoordinatorStatement } from './control-stream.ts';

type Statements = { readonly [Statement in CoordinatorStatement as Statement['case']]: Statement['value'] };
type Case = keyof Statements;

/**
 * What the coordinator said, by kind. `stop`, `refused` and the end of the stream abort `stopped` with the error to report,
 * and every pending and later `next` rejects with it.
 */
export class Inbox {
  readonly #abort = new AbortController();
  readonly #arrived = new Map<Case, CoordinatorStatement['value'][]>();
  readonly #waiting = new Map<Case, (value: CoordinatorStatement['value']) => void>();

  constructor(stream: Pick<ControlStream, 'messages'>) {
    void this.#read(stream.messages);
  }

  /** Aborted when the run must end here; its reason is a CollimatorError. */
  get stopped(): AbortSignal {
    return this.#abort.signal;
  }

  /** The next statement of one kind; at most one reader for each kind. */
  next<Name extends Case>(name: Name): Promise<Statements[Name]> {
    return new Promise((resolve, reject) => {
      const early = this.#arrived.get(name)?.shift();
      if (early !== undefined) {
        resolve(early as Statements[Name]);
        return;
      }
      if (this.stopped.aborted) {
        reject(CollimatorError.from(this.stopped.reason));
        return;
      }
      const onStop = (): void => {
        reject(CollimatorError.from(this.stopped.reason));
      };
      this.stopped.addEventListener('abort', onStop, { once: true });
      this.#waiting.set(name, (value) => {
        this.stopped.removeEventListener('abort', onStop);
        resolve(value as Statements[Name]);
      });
    });
  }

  async #read(messages: AsyncIterable<CoordinatorStatement>): Promise<void> {
    try {
      for await (const statement of messages) this.#dispatch(statement);
      this.#abort.abort(new CollimatorError('interrupted', 'the coordinator ended the control stream'));
    } catch (thrown) {
      this.#abort.abort(thrown);
    }
  }

  #dispatch(statement: CoordinatorStatement): void {
    if (statement.case === 'stop') {
      this.#abort.abort(stopError(statement.value));
      return;
    }
    if (statement.case === 'refused') {
      const { error } = statement.value;
      this.#abort.abort(error === undefined ? new CollimatorError('interrupted', 'refused') : fromErrorMessage(error));
      return;
    }
    const waiting = this.#waiting.get(statement.case);
    this.#waiting.delete(statement.case);
    if (waiting !== undefined) waiting(statement.value);
    else this.#arrived.set(statement.case, [...(this.#arrived.get(statement.case) ?? []), statement.value]);
  }
}

function stopError({ reason }: Statements['stop']): CollimatorError {
  return new CollimatorError('interrupted', reason);
}
