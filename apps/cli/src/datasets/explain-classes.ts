import { CollimatorError } from '@collimator/errors';

/** An error about the labels of a file, with what `--classes` said about them; any other thing thrown as it is. */
export function explainingClasses(thrown: unknown, classes: readonly string[] | undefined): unknown {
  if (!(thrown instanceof CollimatorError) || classes === undefined) return thrown;
  const { code, message, problems } = thrown;
  if (!problems.some(({ field }) => field.endsWith('_labels'))) return thrown;
  const named = classes.length === 1 ? '1 class' : `${classes.length} classes`;
  return new CollimatorError(code, message, {
    next: `--classes names ${named} (${classes.join(', ')}): give one name for each label from 0 on, or leave it out. If the labels are wrong, mend the file`,
    problems,
    cause: thrown,
  });
}
