import type { Row } from './row.ts';

/** What every benchmark gets. */
export interface BenchmarkContext {
  /** Python with PyTorch, of the benchmark's own environment. */
  readonly python: string;
  /** Cores that each side may use. */
  readonly cores: number;
  /** Progress, for people. */
  readonly say: (line: string) => void;
}

/** One of the benchmarks that `--only` names. */
export interface Suite {
  readonly name: string;
  readonly needsPython: boolean;
  readonly run: (context: BenchmarkContext) => Promise<readonly Row[]>;
}
