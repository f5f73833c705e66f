import type { RunEvent } from '@collimator/protocol';
import type { Output } from '../output/output.ts';
import { LiveRegion } from '../terminal/live-region.ts';
import { evaluationLines, renderLiveProgress, renderPlainProgress, stateLine } from '../views/progress-view.ts';
import type { RunProgress } from '../views/run-progress.ts';
import { foldRunEvent, progressBeforeStart } from './fold-run-event.ts';

const redrawMs = 100;
const plainLineMs = 5000;
/** States that nothing follows. */
const outcomes: ReadonlySet<string> = new Set(['Succeeded', 'Failed', 'Cancelled', 'Interrupted']);

/** Shows a training: redrawn in place on a terminal, a line every few seconds elsewhere. */
export class TrainingDisplay {
  readonly #output: Output;
  readonly #now: () => number;
  readonly #region: LiveRegion;
  #progress: RunProgress;
  #shownAt = Number.NEGATIVE_INFINITY;

  constructor(output: Output, now: () => number, run: string) {
    this.#output = output;
    this.#now = now;
    this.#region = new LiveRegion(output);
    this.#progress = progressBeforeStart(run);
  }

  show(event: RunEvent): void {
    const before = this.#progress;
    this.#progress = foldRunEvent(before, event);
    if (this.#output.isTerminal) this.#redraw(this.#progress.state !== before.state);
    else this.#sayWhatChanged(before);
  }

  /** Leaves nothing of it on the terminal. */
  end(): void {
    this.#region.clear();
  }

  #redraw(atOnce: boolean): void {
    if (!atOnce && !this.#isDue(redrawMs)) return;
    this.#shownAt = this.#now();
    this.#region.redraw(renderLiveProgress(this.#progress, this.#output.columns));
  }

  /** Evaluations and state changes at once, steps every few seconds; how the run ended is told with its result. */
  #sayWhatChanged(before: RunProgress): void {
    const { state, reason, evaluation, step } = this.#progress;
    if (evaluation !== before.evaluation) this.#output.say(evaluationLines(this.#progress));
    if (outcomes.has(state)) return;
    if (state !== before.state || reason !== before.reason) this.#say(stateLine(this.#progress));
    else if (step > before.step && this.#isDue(plainLineMs)) this.#say(renderPlainProgress(this.#progress));
  }

  #say(line: string): void {
    this.#shownAt = this.#now();
    this.#output.say([line]);
  }

  #isDue(intervalMs: number): boolean {
    return this.#now() - this.#shownAt >= intervalMs;
  }
}
