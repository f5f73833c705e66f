import { describe, expect, it } from 'vitest';
import { digestMark, StateWatch } from './state-watch.ts';

const [ours, theirs] = ['aa'.repeat(32), 'bb'.repeat(32)];

describe('a state watch', () => {
  it('accepts equal digests, heard before or after our own is known', () => {
    const watch = new StateWatch();
    watch.hear(1, 7, digestMark(ours));
    watch.know(1, ours);
    watch.hear(1, 8, digestMark(ours));
  });

  it.each([true, false])('names the worker whose state differs (heard first: %s)', (heardFirst) => {
    const watch = new StateWatch();
    const hear = (): void => {
      watch.hear(3, 7, digestMark(theirs));
    };
    const know = (): void => {
      watch.know(3, ours);
    };
    if (heardFirst) hear();
    else know();
    expect(heardFirst ? know : hear).toThrow(
      'before round 3 the state of worker 7 has digest bbbbbbbbbbbbbbbb…, ours is aaaaaaaaaaaaaaaa…',
    );
  });
});
