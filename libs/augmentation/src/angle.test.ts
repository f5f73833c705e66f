import { describe, expect, it } from 'vitest';
import { directionOf } from './angle.ts';

describe('directionOf', () => {
  it('agrees with Math.sin and Math.cos', () => {
    for (let degrees = -360; degrees <= 360; degrees += 0.37) {
      const { sine, cosine } = directionOf(degrees);
      expect(sine).toBeCloseTo(Math.sin((degrees * Math.PI) / 180), 14);
      expect(cosine).toBeCloseTo(Math.cos((degrees * Math.PI) / 180), 14);
    }
  });

  it.each([
    { degrees: 0, sine: 0, cosine: 1 },
    { degrees: 90, sine: 1, cosine: 0 },
    { degrees: 180, sine: 0, cosine: -1 },
    { degrees: -90, sine: -1, cosine: 0 },
  ])('is exact at $degrees degrees', ({ degrees, sine, cosine }) => {
    const found = directionOf(degrees);
    expect(found.sine + 0).toBe(sine);
    expect(found.cosine + 0).toBe(cosine);
  });

  it('has pinned bits', () => {
    expect(directionOf(10)).toMatchInlineSnapshot(`
      {
        "cosine": 0.984807753012208,
        "sine": 0.17364817766693036,
      }
    `);
  });
});
