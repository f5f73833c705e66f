import { CollimatorError } from '@collimator/errors';

/** The error for a graph that cannot be replayed as it ran; `reason` continues the sentence "graph … cannot be compiled:". */
export function untraceable(
  graph: string,
  reason: string,
  details: { readonly next?: string; readonly cause?: unknown } = {},
): CollimatorError {
  return new CollimatorError('engine_untraceable', `graph "${graph}" cannot be compiled: ${reason}`, details);
}
