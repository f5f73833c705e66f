import type { MessageInitShape } from '@bufbuild/protobuf';
import { type Timestamp, timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { RunEventSchema } from '@collimator/protocol';
import { MessageQueue } from '@collimator/transport-grpc';

export type RunEventInit = MessageInitShape<typeof RunEventSchema>;
export type RunChange = NonNullable<RunEventInit['event']>;

/** Everyone who looks at the run at this moment. A watcher that does not keep up is cut off; it can ask for a new snapshot. */
export class Watchers {
  readonly #queues = new Set<MessageQueue<RunEventInit>>();
  readonly #nowMs: () => number;
  #closed = false;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** A new watcher's events: the snapshot first, then every change until the end or until `signal` aborts. */
  watch(snapshot: RunChange, signal: AbortSignal): AsyncIterable<RunEventInit> {
    const queue = new MessageQueue<RunEventInit>();
    queue.push({ time: this.#time(), event: snapshot });
    if (this.#closed) queue.close();
    this.#queues.add(queue);
    signal.addEventListener('abort', () => {
      this.#queues.delete(queue);
      queue.close();
    });
    return queue;
  }

  publish(change: RunChange): void {
    for (const queue of this.#queues) queue.push({ time: this.#time(), event: change });
  }

  /** Every watcher gets what waits, then the end. */
  close(): void {
    this.#closed = true;
    for (const queue of this.#queues) queue.close();
  }

  #time(): Timestamp {
    return timestampFromMs(this.#nowMs());
  }
}
