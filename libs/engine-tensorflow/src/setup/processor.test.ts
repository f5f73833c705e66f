import { describe, expect, it } from 'vitest';

import { instructionSetOf } from './processor.ts';

describe('instructionSetOf', () => {
  it.each([
    { flags: 'fpu sse2 avx avx2 avx512f avx512_bf16 amx_bf16', name: 'AMX' },
    { flags: 'fpu sse2 avx avx2 avx512f avx512_bf16', name: 'AVX-512 with bfloat16' },
    { flags: 'fpu sse2 avx avx2 avx512f', name: 'AVX-512' },
    { flags: 'fpu sse2 avx avx2', name: 'AVX2' },
    { flags: 'fpu sse2 avx', name: 'AVX' },
    { flags: 'fpu sse2', name: undefined },
  ])('of "$flags" is $name', ({ flags, name }) => {
    expect(instructionSetOf(`model name\t: Some CPU\nflags\t\t: ${flags}\nbugs\t\t: avx2\n`)).toBe(name);
  });

  it('of a system that tells nothing is unknown', () => {
    expect(instructionSetOf('')).toBeUndefined();
  });
});
