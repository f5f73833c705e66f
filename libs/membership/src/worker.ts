/** Where a worker's lanes would run. */
export interface Machine {
  readonly host: string;
  readonly cpuModel: string;
  /** Engine, its version and build. */
  readonly engine: string;
}

/** What a worker says of itself when it joins. */
export interface Introduction {
  readonly protocolVersion: number;
  readonly build: string;
  readonly machine: Machine;
  /** Where its tensor streams are served. */
  readonly address: { readonly host: string; readonly port: number };
}

/** How a process ended, as told by whoever started it. */
export interface ProcessExit {
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** The last lines that it wrote to stderr, at most 20. */
  readonly stderrTail: readonly string[];
}

/**
 * expected: started, not seen. joining: said hello. proven: its numeric class was accepted. ready: holds the generation and
 * is connected to its peers. finished: at the end barrier. left: gone after the run was over. lost: gone before.
 */
export type WorkerPhase = 'expected' | 'joining' | 'proven' | 'ready' | 'finished' | 'left' | 'lost';

/** A worker of the run. Its id never changes and is never used again. */
export interface Worker {
  readonly id: number;
  readonly phase: WorkerPhase;
  readonly introduction?: Introduction;
  /** Hash of its probe lane; equal hashes mean equal bits. */
  readonly numericClass?: string;
  /** Steps that it has applied. */
  readonly step: number;
  /** Its control stream has ended: nothing that is said reaches it. */
  readonly detached: boolean;
  /** It blamed a peer, so that its own end explains nothing. */
  readonly accuses: boolean;
}

export function isGone(worker: Worker): boolean {
  return worker.phase === 'left' || worker.phase === 'lost';
}
