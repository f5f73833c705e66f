/** A session that the runner keeps; opaque. */
export type SessionHandle = object;

export interface RunnerFeed {
  /** Node whose first output is replaced. */
  readonly node: string;
  /** A TF_DataType. */
  readonly type: number;
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
  /**
   * Whether TensorFlow gets a copy of its own. Without one it reads the array in place until the run settles, which
   * must not be done for what a variable is assigned: the variable would keep the array's memory as its own.
   */
  readonly copy: boolean;
}

export interface RunnerFetch {
  readonly node: string;
  readonly output: number;
  /** Receives the output's elements; its size must be theirs. */
  readonly into: Float32Array;
}

interface RunRequest {
  readonly feeds: readonly RunnerFeed[];
  readonly fetches: readonly RunnerFetch[];
  /** Nodes to run for their effects. */
  readonly targets: readonly string[];
  /** TensorFlow's RunOptions. */
  readonly options: Uint8Array;
}

/** The exports of `native/runner.cc`. */
export interface SessionRunner {
  /** `threads` is how many runs compute at once; others wait. */
  open(graph: Uint8Array, config: Uint8Array, threads: number): SessionHandle;
  run(session: SessionHandle, request: RunRequest): Promise<void>;
  close(session: SessionHandle): void;
}
