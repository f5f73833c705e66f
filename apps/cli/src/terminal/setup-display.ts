import type { Output } from '../output/output.ts';
import { renderSetupStep, type SetupStep, setupTenths } from '../views/setup-view.ts';
import { LiveRegion } from './live-region.ts';

/** Shows an engine set-up: one line redrawn in place on a terminal, a line for each tenth elsewhere. */
export class SetupDisplay {
  readonly #output: Output;
  readonly #region: LiveRegion;
  #shown = '';

  constructor(output: Output) {
    this.#output = output;
    this.#region = new LiveRegion(output);
  }

  readonly show = (step: SetupStep): void => {
    if (this.#output.isTerminal) this.#region.redraw([renderSetupStep(step, this.#output.columns)]);
    else this.#sayOnce(step);
  };

  /** Leaves nothing of it on the terminal. */
  end(): void {
    this.#region.clear();
  }

  #sayOnce(step: SetupStep): void {
    const state = `${step.phase} ${step.message} ${setupTenths(step)}`;
    if (state === this.#shown) return;
    this.#shown = state;
    this.#output.say([renderSetupStep(step, this.#output.columns)]);
  }
}
