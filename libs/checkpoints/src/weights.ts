import { CollimatorError, type Problem } from '@collimator/errors';
import { decodeSafetensors, encodeSafetensors, type TensorFile } from './safetensors.ts';
import { type FloatTensor, type NamedTensor } from './tensor.ts';

/** Version of the metadata and tensor names of weight files and training states that this build writes and reads. */
export const weightsFormatVersion = 1;

/**
 * A model's variables, weights and statistics, after a step. Nothing in it names a run, a machine or a time, so that
 * equal training gives equal files.
 */
export interface Weights {
  /** Updates that were applied. */
  readonly step: number;
  /** The state digest after that step, hexadecimal. */
  readonly digest: string;
  /** The hash of the job's numeric fields. */
  readonly jobHash: string;
  /** In the order in which the model declares them. */
  readonly variables: readonly FloatTensor[];
}

const kind = 'weights';

/** The safetensors file of weights; equal weights give equal bytes. */
export function encodeWeights({ step, digest, jobHash, variables }: Weights): Uint8Array {
  const metadata = { formatVersion: String(weightsFormatVersion), kind, step: String(step), digest, jobHash };
  return encodeSafetensors({ metadata, tensors: variables });
}

/**
 * Reads a weight file.
 * @param source how messages name the file
 * @throws CollimatorError `weights_corrupt`; `format_version` for another version's file, naming both
 */
export function decodeWeights(bytes: Uint8Array, source: string): Weights {
  const file = decodeSafetensors(bytes, source);
  const { step, digest, jobHash } = checkedMetadata(file, kind, source);
  return { step, digest, jobHash, variables: floatTensors(file.tensors, source) };
}

/**
 * Requires that weights are those of a model: the same names with the same shapes.
 * @throws CollimatorError `state_mismatch` with every variable that is missing, unknown or of another shape
 */
export function requireVariables(
  weights: Weights,
  expected: readonly { readonly name: string; readonly shape: readonly number[] }[],
  source: string,
): void {
  const actual = new Map(weights.variables.map(({ name, shape }) => [name, `[${shape.join()}]`]));
  const problems: Problem[] = [];
  for (const { name, shape } of expected) {
    const found = actual.get(name);
    const wanted = `[${shape.join()}]`;
    if (found === undefined) problems.push({ field: name, message: `is missing, the model declares ${wanted}` });
    else if (found !== wanted)
      problems.push({ field: name, message: `has the shape ${found}, the model declares ${wanted}` });
    actual.delete(name);
  }
  for (const name of actual.keys()) problems.push({ field: name, message: 'is unknown to the model' });
  if (problems.length === 0) return;
  throw new CollimatorError(
    'state_mismatch',
    `${source} does not fit the model: ${problems.length} of its variables differ`,
    {
      next: 'Use the weights with the job that trained them.',
      problems,
    },
  );
}

/** The metadata that every file of ours has. Throws `weights_corrupt`, `format_version`. */
export function checkedMetadata(
  { metadata }: TensorFile,
  expectedKind: string,
  source: string,
): { readonly step: number; readonly digest: string; readonly jobHash: string } {
  const { formatVersion, kind: actualKind, step, digest, jobHash } = metadata;
  if (formatVersion === undefined || actualKind !== expectedKind) {
    throw foreign(source, `its kind is ${actualKind ?? 'unknown'}, ${expectedKind} is needed`);
  }
  if (formatVersion !== String(weightsFormatVersion)) {
    throw new CollimatorError(
      'format_version',
      `${source} has format version ${formatVersion}, this build reads ${weightsFormatVersion}`,
      { next: 'Use the Collimator version that wrote it.' },
    );
  }
  if (step === undefined || !/^\d{1,15}$/.test(step) || digest === undefined || jobHash === undefined) {
    throw foreign(source, 'its metadata lack step, digest or jobHash');
  }
  return { step: Number(step), digest, jobHash };
}

/** Tensors that must all be floats. Throws `weights_corrupt`. */
export function floatTensors(tensors: readonly NamedTensor[], source: string): FloatTensor[] {
  return tensors.map(({ name, shape, values }) => {
    if (!(values instanceof Float32Array)) throw foreign(source, `${name} is not F32`);
    return { name, shape, values };
  });
}

function foreign(source: string, what: string): CollimatorError {
  return new CollimatorError(
    'weights_corrupt',
    `${source} is a safetensors file, but not one of Collimator's: ${what}`,
    {
      next: 'Name a file that a Collimator run wrote.',
    },
  );
}
