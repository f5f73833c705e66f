import { CollimatorError } from '@collimator/errors';

/** A bounded queue with one reader: push from callbacks, read with `for await`. */
export class MessageQueue<Message> implements AsyncIterable<Message> {
  readonly #capacity: number;
  #waiting: Message[] = [];
  #closed = false;
  #failure: CollimatorError | undefined;
  #wake: () => void = () => undefined;

  /** `capacity`: messages that may wait for the reader; one more fails the queue with `peer_lost`. */
  constructor(capacity = 4096) {
    this.#capacity = capacity;
  }

  /** After the queue is closed or failed this does nothing. */
  push(message: Message): void {
    if (this.#closed) return;
    if (this.#waiting.length >= this.#capacity) {
      const actual = `${this.#capacity} messages wait unread, the limit is ${this.#capacity}`;
      this.fail(new CollimatorError('peer_lost', `the reader is too slow: ${actual}`));
      return;
    }
    this.#waiting.push(message);
    this.#wake();
  }

  /** The reader gets what waits, then the end. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  /** The reader gets what waits, then the error. */
  fail(error: unknown): void {
    if (this.#closed) return;
    this.#failure = CollimatorError.from(error);
    this.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Message, void, undefined> {
    try {
      yield* this.#untilClosed();
    } finally {
      this.#closed = true;
      this.#waiting = [];
    }
  }

  async *#untilClosed(): AsyncGenerator<Message, void, undefined> {
    for (;;) {
      const batch = this.#waiting;
      this.#waiting = [];
      yield* batch;
      if (this.#waiting.length > 0) continue;
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#closed) return;
      await this.#pushed();
    }
  }

  #pushed(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
