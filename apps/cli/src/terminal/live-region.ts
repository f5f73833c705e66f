import type { Output } from '../output/output.ts';

const escape = '\u001b[';

/** Lines at the bottom of a terminal that are drawn again in place. */
export class LiveRegion {
  readonly #output: Output;
  #height = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Replaces what was drawn before. */
  redraw(lines: readonly string[]): void {
    this.#output.draw(this.#erasure() + lines.map((line) => `${line}\n`).join(''));
    this.#height = lines.length;
  }

  /** Takes the drawn lines away, so that ordinary lines can follow. */
  clear(): void {
    if (this.#height > 0) this.#output.draw(this.#erasure());
    this.#height = 0;
  }

  #erasure(): string {
    return this.#height === 0 ? '' : `${escape}${this.#height}A${escape}0J`;
  }
}
