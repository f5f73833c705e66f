import { CollimatorError } from '@collimator/errors';
import { metricNamed } from '@collimator/metrics';
import { RunStore } from '@collimator/runs';
import { type KeptWeights, Selection } from './selection.ts';
import { type TrainedState, assess, evaluateSplit, measure } from './split-evaluation.ts';
import type { TrainingContext } from './training-context.ts';
import type { TrainingEvents } from './training-events.ts';
import { NonFiniteEvaluation } from './evaluation-round.ts';
import { NonFiniteStep, createTrainingStep } from './training-step.ts';
import { WeightFiles, type WeightFilesOptions } from './weight-files.ts';

/**
 * One member's part of a whole training: every step, the evaluations between epochs, the selection of weights, and the
 * test. All members go through the same rounds in the same order; rank 0 also writes.
 */
export class Training {
  readonly #context: TrainingContext;
  readonly #events: TrainingEvents;
  readonly #selection: Selection;
  readonly #files: WeightFiles | undefined;
  #round = 0;
  #state: TrainedState = { step: 0, digest: '' };

  constructor(context: TrainingContext, events: TrainingEvents) {
    this.#context = context;
    this.#events = events;
    this.#selection = new Selection(metricNamed(context.job.spec.evaluation.select));
    this.#files = context.rank === 0 ? new WeightFiles(weightFilesOptions(context)) : undefined;
  }

  /** Trains to the end, or until `stopped` is aborted: then it throws the signal's reason. Returns the final state. */
  async run(stopped: AbortSignal): Promise<TrainedState> {
    try {
      await this.#trainSteps(stopped);
      await this.#events.finishing(this.#state.step, this.#state.digest);
      stopped.throwIfAborted();
      await this.#finish();
      return this.#state;
    } catch (thrown) {
      await this.#keepWhatIsThere(thrown);
      throw thrown;
    }
  }

  async #trainSteps(stopped: AbortSignal): Promise<void> {
    const { plan } = this.#context.training;
    const trainingStep = createTrainingStep(this.#context);
    for (let step = 0; step < plan.totalSteps; step += 1) {
      stopped.throwIfAborted();
      this.#files?.requireHealthy();
      const outcome = await trainingStep(step, this.#nextRound());
      this.#state = { step: step + 1, digest: outcome.digest };
      await this.#events.stepDone(step + 1, Math.floor((step + 1) / plan.stepsPerEpoch), outcome);
      if (this.#isEvaluationDue(step)) await this.#validate(plan.batch(step).epoch + 1);
      else if (this.#isCheckpointDue(step)) await this.#keepNewest();
    }
  }

  #isEvaluationDue(step: number): boolean {
    const { plan } = this.#context.training;
    const { everyEpochs } = this.#context.job.spec.evaluation;
    if (step + 1 === plan.totalSteps) return true;
    return plan.endsEpoch(step) && (plan.batch(step).epoch + 1) % everyEpochs === 0;
  }

  #isCheckpointDue(step: number): boolean {
    const { everySteps } = this.#context.job.spec.checkpoints;
    return everySteps !== undefined && (step + 1) % everySteps === 0;
  }

  async #validate(epoch: number): Promise<void> {
    const { job, dataset } = this.#context;
    const { samples } = dataset.content.splits.val;
    const values =
      samples === 0
        ? {}
        : measure(this.#context, await evaluateSplit(this.#context, 'val', this.#nextRound(), this.#state.step));
    const selected = await this.#selection.offer(values[job.spec.evaluation.select] ?? undefined, () =>
      this.#readWeights(),
    );
    const { step } = this.#state;
    if (samples > 0) await this.#events.measured({ split: 'val', step, epoch, values, samples, selected });
    await this.#keepNewest();
  }

  async #readWeights(): Promise<KeptWeights> {
    const { program, training } = this.#context;
    return { ...this.#state, values: await program.read(training.source.variables.map(({ name }) => name)) };
  }

  async #keepNewest(): Promise<void> {
    if (this.#files === undefined) return;
    const best = this.#selection.weights;
    const newest = best?.step === this.#state.step ? best : await this.#readWeights();
    this.#files.keep(newest, best?.step, (file) => this.#events.weightsWritten(file, false));
  }

  /**
   * The training ends early, between two updates: the weights are good (also before a step that is not finite) and are
   * written if that is still possible. Then the lanes to blame are named.
   */
  async #keepWhatIsThere(thrown: unknown): Promise<void> {
    try {
      if (this.#state.step > 0 && !(thrown instanceof NonFiniteEvaluation)) await this.#keepNewest();
      await this.#files?.settled();
    } catch {
      // What ends the training is what must be told, not that the store or the engine fails as well.
    }
    if (thrown instanceof NonFiniteStep && thrown.lanes.length > 0) {
      await this.#events.notFinite(this.#state.step + 1, thrown.lanes);
    }
  }

  /** Loads the selected weights, evaluates the test split with them, and writes the result. */
  async #finish(): Promise<void> {
    const { program, dataset, run, store } = this.#context;
    const selected = this.#selection.weights;
    if (selected === undefined) throw new CollimatorError('bug', 'a training ended without an evaluation');
    await program.write(selected.values);
    const file = await this.#files?.writeSelected(selected);
    if (dataset.content.splits.test.samples > 0) {
      const evaluated = await evaluateSplit(this.#context, 'test', this.#nextRound(), selected.step);
      if (this.#files !== undefined) {
        const evaluation = assess(this.#context, 'test', evaluated, selected);
        await new RunStore(store).writeEvaluation(run, evaluation);
        await this.#events.evaluated(evaluation);
      }
    }
    if (file !== undefined) await this.#events.weightsWritten(file, true);
  }

  #nextRound(): number {
    this.#round += 1;
    return this.#round - 1;
  }
}

function weightFilesOptions({ run, job, jobHash, store, training }: TrainingContext): WeightFilesOptions {
  const { keepLast, keepBest } = job.spec.checkpoints;
  return { run, jobHash, store, variables: training.source.variables, keepLast, keepBest };
}
