import { formatCount } from '../output/quantities.ts';
import type { Output } from '../output/output.ts';
import { LiveRegion } from './live-region.ts';

/** Work that can be counted, on one line that is redrawn in place; shown on terminals alone. */
export class ProgressLine {
  readonly #output: Output;
  readonly #region: LiveRegion;

  constructor(output: Output) {
    this.#output = output;
    this.#region = new LiveRegion(output);
  }

  /** `importing lung: 1,024 of 5,856 samples` */
  show(what: string, done: number, total: number, unit: string): void {
    if (!this.#output.isTerminal) return;
    const line = `${what}: ${formatCount(done)} of ${formatCount(total)} ${unit}`;
    this.#region.redraw([line.slice(0, this.#output.columns)]);
  }

  /** Leaves nothing of it on the terminal. */
  end(): void {
    this.#region.clear();
  }
}
