import { type ObjectStore } from '@collimator/object-store';
import * as z from 'zod';
import { ChunkReader } from './chunk-reader.ts';
import { ChunkWriter } from './chunk-writer.ts';
import { parseLine } from './parse-line.ts';
import { runKeys } from './run-keys.ts';

const stepMetricsSchema = z.object({
  step: z.int(),
  epoch: z.int(),
  time: z.iso.datetime(),
  values: z.record(z.string(), z.number().nullable()).readonly(),
});

/**
 * What was measured in one step: `values` by name (`loss`, `learningRate`, `gradientNorm`, `imagesPerSecond`, phase times;
 * `docs/reference/json.md` has the list). `null` stands for a value that is not finite.
 */
export type StepMetrics = z.output<typeof stepMetricsSchema>;

/** Writes a run's metrics. They are a map by step: a step that is already there stays as it is. */
export class MetricsWriter {
  readonly #chunks: ChunkWriter;
  #lastStep: number;
  #droppedSteps = 0;

  private constructor(chunks: ChunkWriter, lastStep: number) {
    this.#chunks = chunks;
    this.#lastStep = lastStep;
  }

  /** Continues a run's metrics behind the last step that they have. */
  static async open(store: ObjectStore, run: string): Promise<MetricsWriter> {
    const recorded = await readMetrics(store, run);
    const chunks = await ChunkWriter.open(store, runKeys(run).metrics);
    return new MetricsWriter(chunks, recorded.at(-1)?.step ?? -1);
  }

  /** Steps that were lost because the store took nothing for too long. */
  get droppedSteps(): number {
    return this.#droppedSteps;
  }

  /** Takes a step's metrics for the next flush. */
  record(metrics: StepMetrics): void {
    if (metrics.step <= this.#lastStep) return;
    this.#lastStep = metrics.step;
    if (!this.#chunks.append(JSON.stringify(metrics))) this.#droppedSteps += 1;
  }

  /** Writes what was taken. Errors: those of the store; nothing is lost by them. */
  flush(): Promise<void> {
    return this.#chunks.flush();
  }
}

/** A run's metrics by rising step; of a step that is there twice, the first. Throws `run_corrupt`. */
export async function readMetrics(store: ObjectStore, run: string): Promise<StepMetrics[]> {
  const prefix = runKeys(run).metrics;
  const bySteps = new Map<number, StepMetrics>();
  for (const line of await new ChunkReader(store, prefix).readNew()) {
    const metrics = parseLine(stepMetricsSchema, line, prefix);
    if (!bySteps.has(metrics.step)) bySteps.set(metrics.step, metrics);
  }
  return [...bySteps.values()].sort((left, right) => left.step - right.step);
}
