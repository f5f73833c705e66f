import { CollimatorError } from '@collimator/errors';
import { type Sha256 } from '../sha256.ts';
import { canonicalJson } from './canonical-json.ts';
import { type DatasetContent, type DatasetIndex, datasetFormatVersion } from './dataset-index.ts';

/** The data set's version: equal contents have equal hashes, whatever their name and date. */
export function datasetSha256(content: DatasetContent, sha256: Sha256): string {
  return sha256(new TextEncoder().encode(canonicalJson(content)));
}

export function writeIndex(index: DatasetIndex): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(index, undefined, 1)}\n`);
}

/**
 * Reads an index and checks that it is whole.
 *
 * @throws CollimatorError `format_version`, naming both versions; `dataset_corrupt` where its content is not what its hash says.
 */
export function parseIndex(file: Uint8Array, name: string, sha256: Sha256): DatasetIndex {
  const parsed = parseJson(file, name);
  if (parsed.formatVersion !== datasetFormatVersion) {
    throw new CollimatorError(
      'format_version',
      `data set "${name}" has format version ${String(parsed.formatVersion)}, this build reads ${datasetFormatVersion}`,
      { next: 'Import the original file again, or use the Collimator version that wrote it.' },
    );
  }
  const index = parsed as DatasetIndex;
  const actual = typeof index.content === 'object' ? datasetSha256(index.content, sha256) : 'nothing';
  if (actual !== index.sha256) throw corruptIndex(name, `its content hashes to ${actual}, it states ${index.sha256}`);
  return index;
}

function parseJson(file: Uint8Array, name: string): { readonly formatVersion?: unknown } {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(file));
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch (error) {
    throw corruptIndex(name, 'it is not JSON', error);
  }
  throw corruptIndex(name, 'it is not a JSON object');
}

function corruptIndex(name: string, what: string, cause?: unknown): CollimatorError {
  return new CollimatorError('dataset_corrupt', `the index of data set "${name}" is damaged: ${what}`, {
    next: `Delete datasets/${name} in the store and import the original file again.`,
    cause,
  });
}
