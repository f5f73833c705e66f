import { CollimatorError } from '@collimator/errors';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';
import { type FloatTensor } from './tensor.ts';
import { checkedMetadata, floatTensors, weightsFormatVersion } from './weights.ts';

/** The best evaluation so far, which selects the weights that a run keeps. */
export interface BestMetric {
  readonly name: string;
  readonly value: number;
  readonly step: number;
}

/**
 * Everything that decides the rest of a run, after a step: the one type of snapshots, checkpoints and the state digest.
 * What later features add (loss scale, early stopping, moving averages, residuals) becomes further parts under a new
 * format version.
 */
export interface TrainState {
  /** Updates that were applied. */
  readonly step: number;
  readonly digest: string;
  readonly jobHash: string;
  /** The optimizer's own counter, for Adam's bias correction. */
  readonly updates: number;
  readonly weights: readonly FloatTensor[];
  /** Moving statistics of normalisation layers. */
  readonly statistics: readonly FloatTensor[];
  /** The optimizer's slots, `<slot>/<variable>`. */
  readonly slots: readonly FloatTensor[];
  readonly best?: BestMetric;
}

const kind = 'train-state';
const parts = ['weights', 'statistics', 'slots'] as const;

/** The safetensors file of a state, tensors named `<part>/<name>`; equal states give equal bytes. */
export function encodeTrainState(state: TrainState): Uint8Array {
  const tensors = parts.flatMap((part) => state[part].map((tensor) => ({ ...tensor, name: `${part}/${tensor.name}` })));
  const metadata = {
    formatVersion: String(weightsFormatVersion),
    kind,
    step: String(state.step),
    digest: state.digest,
    jobHash: state.jobHash,
    updates: String(state.updates),
    ...(state.best === undefined ? {} : { best: JSON.stringify(state.best) }),
  };
  return encodeSafetensors({ metadata, tensors });
}

/**
 * Reads a state.
 * @param source how messages name the file
 * @throws CollimatorError `weights_corrupt`; `format_version` for another version's file, naming both
 */
export function decodeTrainState(bytes: Uint8Array, source: string): TrainState {
  const file = decodeSafetensors(bytes, source);
  const common = checkedMetadata(file, kind, source);
  const tensors = floatTensors(file.tensors, source);
  const best = readBest(file.metadata.best, source);
  return {
    ...common,
    updates: readUpdates(file.metadata.updates, source),
    weights: partOf(tensors, 'weights'),
    statistics: partOf(tensors, 'statistics'),
    slots: partOf(tensors, 'slots'),
    ...(best === undefined ? {} : { best }),
  };
}

function partOf(tensors: readonly FloatTensor[], part: (typeof parts)[number]): FloatTensor[] {
  const prefix = `${part}/`;
  return tensors
    .filter(({ name }) => name.startsWith(prefix))
    .map((tensor) => ({ ...tensor, name: tensor.name.slice(prefix.length) }));
}

function readUpdates(text: string | undefined, source: string): number {
  if (text !== undefined && /^\d{1,15}$/.test(text)) return Number(text);
  throw damaged(source, `updates is ${text ?? 'missing'}, a count is needed`);
}

function readBest(text: string | undefined, source: string): BestMetric | undefined {
  if (text === undefined) return undefined;
  try {
    const { name, value, step } = JSON.parse(text) as Partial<BestMetric>;
    if (typeof name === 'string' && typeof value === 'number' && typeof step === 'number') return { name, value, step };
  } catch {
    // Said below, like every other value that is not a best metric.
  }
  throw damaged(source, `best is ${text}, an object of name, value and step is needed`);
}

function damaged(source: string, what: string): CollimatorError {
  return new CollimatorError('weights_corrupt', `${source} is not a whole training state: ${what}`, {
    next: 'Take an earlier checkpoint of the run.',
  });
}
