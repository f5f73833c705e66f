import * as z from 'zod';

/** How strictly workers must agree in their bits. */
export const numericsSchema = z.strictObject({
  mode: z
    .enum(['strict', 'relaxed'])
    .default('strict')
    .describe('strict: one numeric class, the same bits. relaxed: others are admitted and recorded.'),
  instructionSet: z
    .enum(['native', 'avx512', 'avx2'])
    .default('native')
    .describe('The highest that may be used: a lower one lets unlike processors give the same bits.'),
});
