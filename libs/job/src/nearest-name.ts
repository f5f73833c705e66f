import { closest, distance } from 'fastest-levenshtein';

/** The known name that a mistyped one most likely means, or undefined where none is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const lower = name.toLowerCase();
  const byLower = new Map(known.map((candidate) => [candidate.toLowerCase(), candidate]));
  const nearest = closest(lower, [...byLower.keys()]);
  return distance(lower, nearest) <= Math.max(2, Math.floor(name.length / 3)) ? byLower.get(nearest) : undefined;
}

/** ` did you mean "x"?` with its separator, or nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`;
}
