import * as z from 'zod';

/** How strictly workers must agree in their bits. */
export const numericsSchema = z.strictObject({
  mode: z
    .enum(['strict', 'relaxed'])
    .default('strict')
    .describe('strict: one numeric class, the same bits. relaxed: others are admitted and recorded.'),
  instructionSet: z.enum(['native']).default('native').describe('native: what the processor offers.'),
});
