import * as z from 'zod';
import { countFromZero, positiveInteger } from './number.ts';

/** Which weights are stored while training. */
export const checkpointsSchema = z.strictObject({
  everySteps: positiveInteger.exactOptional().describe('Steps between stored weights; at each evaluation by default.'),
  keepLast: positiveInteger.default(2),
  keepBest: countFromZero.default(1),
});
