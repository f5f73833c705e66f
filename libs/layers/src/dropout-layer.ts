import type { Tensor } from '@tensorflow/tfjs-core';
import { dropping } from './kernels/dropping.ts';
import type { Scope } from './scope.ts';

/**
 * Inverted dropout: in training each value is zero with probability `rate`, else divided by 1 − rate; otherwise, or at
 * rate 0, the identity. The mask comes from the scope's key, which belongs to (seed, step, lane, operation).
 * @param rate in [0, 1)
 */
export function dropout<Values extends Tensor>(scope: Scope, values: Values, rate: number): Values {
  if (!scope.training || rate === 0) return values;
  return dropping(values, scope.dropoutKey(), rate);
}
