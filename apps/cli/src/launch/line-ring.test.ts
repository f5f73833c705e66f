import { describe, expect, it } from 'vitest';
import { LineRing } from './line-ring.ts';

describe('a ring of lines', () => {
  it.each([
    ['pieces that are no lines', ['a', 'b\nc', '\n'], ['ab', 'c']],
    ['a last line without its end', ['a\nb'], ['a', 'b']],
    ['more lines than it keeps', ['1\n2\n3\n4\n5\n'], ['3', '4', '5']],
    ['lines of Windows', ['a\r\nb\r\n'], ['a', 'b']],
    ['nothing', [], []],
  ])('reads %s', (_what, pieces, lines) => {
    const ring = new LineRing(3);
    for (const piece of pieces) ring.push(piece);
    expect(ring.tail(3)).toEqual(lines);
  });

  it('bounds a line', () => {
    const ring = new LineRing(3);
    for (let piece = 0; piece < 100; piece++) ring.push('x'.repeat(1_000));
    ring.push('\n');
    expect(ring.tail(1)[0]?.length).toBe(2_000);
  });
});
