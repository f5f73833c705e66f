/** Where a worker's newest step spent its time, in milliseconds. */
export interface PhaseTimes {
  readonly waitMs: number;
  readonly computeMs: number;
  readonly exchangeMs: number;
  readonly applyMs: number;
}

export interface WorkerProgress {
  readonly worker: number;
  /** What it is doing: `Ready`, `Lost`. */
  readonly state: string;
  readonly lanes: readonly number[];
  readonly step: number;
  /** Absent before its first step. */
  readonly phases?: PhaseTimes;
}

/** How far a run is, as the progress display shows it. */
export interface RunProgress {
  readonly run: string;
  readonly state: string;
  readonly reason: string;
  readonly step: number;
  /** 0 until the workers know it. */
  readonly totalSteps: number;
  /** Passes that are complete. */
  readonly epoch: number;
  readonly epochs: number;
  /** Mean over the newest batch; absent before the first step. */
  readonly loss?: number;
  readonly imagesPerSecond: number;
  /** Estimated time to the last step; absent until there is a rate. */
  readonly remainingMs?: number;
  readonly workers: readonly WorkerProgress[];
  /** The newest evaluation while training. */
  readonly evaluation?: {
    readonly split: string;
    /** Passes that were complete; 0 where it belongs to none, as that of the test split. */
    readonly epoch: number;
    readonly step: number;
    readonly metrics: Readonly<Record<string, number>>;
  };
}
