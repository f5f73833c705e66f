import { createHash } from 'node:crypto';
import type { Program } from '@collimator/engine';
import { type TrainingProgram, probeRuns } from '@collimator/training';

/** Hash of the results of every lane graph on fixed inputs and initial weights: equal class, equal bits. */
export async function numericClass(program: Program, { source }: TrainingProgram): Promise<string> {
  const hash = createHash('sha256');
  for (const { graph, inputs } of probeRuns(source)) {
    const result = new Float32Array(program.outputLength(graph));
    await program.run(graph, inputs, result);
    hash.update(graph).update(new Uint8Array(result.buffer));
  }
  return hash.digest('hex');
}
