import * as z from 'zod';
import { countFromZero, positiveInteger } from './number.ts';

/** How many processes share the lanes: never changes a result. */
export const workersSchema = z.strictObject({
  replicas: countFromZero.default(1).describe('Worker processes; 0 is a paused job.'),
  min: positiveInteger.default(1),
  max: positiveInteger.exactOptional().describe('The number of lanes by default.'),
});
