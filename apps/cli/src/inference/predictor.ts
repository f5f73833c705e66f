import { availableParallelism } from 'node:os';
import { requireVariables, type Weights } from '@collimator/checkpoints';
import { createPixelDecoder, type PixelDecoder } from '@collimator/datasets';
import type { Program } from '@collimator/engine';
import type { EngineLocation } from '@collimator/engine-tensorflow';
import {
  buildEvaluationProgram,
  type EvaluationForm,
  type EvaluationUnit,
  evaluationUnits,
  inputNames,
  trainingDataOf,
} from '@collimator/training';
import { inParallel } from './in-parallel.ts';
import type { TrainedRun } from './trained-run.ts';

/** Samples to predict from, by their number from 0. */
export interface SampleSource {
  readonly samples: number;
  /** Pixels in the data set's kept type; the label is 0 where there is none. */
  readonly read: (sample: number) => Promise<{ readonly pixels: Uint8Array; readonly label: number }>;
}

/** A trained model in this process, ready for samples of one source. */
export class Predictor {
  readonly floatsPerSample: number;
  readonly #program: Program;
  readonly #form: EvaluationForm;
  readonly #decoder: PixelDecoder;
  readonly #source: SampleSource;

  private constructor(program: Program, form: EvaluationForm, decoder: PixelDecoder, source: SampleSource) {
    this.floatsPerSample = form.floatsPerSample;
    this.#program = program;
    this.#form = form;
    this.#decoder = decoder;
    this.#source = source;
  }

  /**
   * Loads the engine, once in a process, and compiles the run's model for a source.
   * @throws CollimatorError the engine's codes; `state_mismatch` where the weights do not fit the model
   */
  static async load(trained: TrainedRun, source: SampleSource, files: EngineLocation): Promise<Predictor> {
    const { loadEngine } = await import('@collimator/engine-tensorflow');
    const { job, dataset, weights, weightsFile } = trained;
    const { instructionSet } = job.spec.numerics;
    const engine = await loadEngine({ files, device: files.device, instructionSet });
    const built = buildEvaluationProgram(job, trainingDataOf(dataset), [source.samples]);
    requireVariables(weights, built.source.variables, weightsFile.key);
    const program = await engine.compile(built.source);
    await program.write(valuesOf(weights));
    const channels = dataset.content.image.shape.at(-1) ?? 1;
    return new Predictor(program, built.evaluation, createPixelDecoder(dataset, channels, 'unit'), source);
  }

  /**
   * The results of all samples, in order: `floatsPerSample` floats each. Units of samples are computed one thread each, as
   * in training, so that the bits are those of the training's own evaluations. Closes the predictor, also when it fails:
   * a process cannot end while a program is open.
   */
  async predictAndClose(): Promise<Float32Array> {
    const results = new Float32Array(this.#source.samples * this.floatsPerSample);
    const units = evaluationUnits(this.#source.samples, 1);
    try {
      await inParallel(units, availableParallelism(), (unit) => this.#predictUnit(unit, results));
    } finally {
      await this.#program.close();
    }
    return results;
  }

  async #predictUnit({ first, size, graph }: EvaluationUnit, results: Float32Array): Promise<void> {
    const { length } = this.#decoder;
    const images = new Float32Array(size * length);
    const labels = new Int32Array(size);
    for (let place = 0; place < size; place += 1) {
      const { pixels, label } = await this.#source.read(first + place);
      this.#decoder.finish(this.#decoder.decode(pixels), images.subarray(place * length, (place + 1) * length));
      labels[place] = label;
    }
    const inputs = { [inputNames.images]: images, ...(this.#form.readsLabels ? { [inputNames.labels]: labels } : {}) };
    const own = results.subarray(first * this.floatsPerSample, (first + size) * this.floatsPerSample);
    await this.#program.run(graph, inputs, own);
  }
}

function valuesOf({ variables }: Weights): ReadonlyMap<string, Float32Array> {
  return new Map(variables.map(({ name, values }) => [name, values]));
}
