import { type ImageForm } from '../npz/check-images.ts';
import { type Split } from '../split.ts';

/** The version of a data set's layout that this build reads and writes. */
export const datasetFormatVersion = 1;

/** `datasets/<name>/index.json`: a data set exists once this does. */
export interface DatasetIndex {
  readonly formatVersion: typeof datasetFormatVersion;
  readonly name: string;
  /** UTC, ISO 8601. */
  readonly importedAt: string;
  /** SHA-256 of the canonical JSON of `content`: the data set's version. */
  readonly sha256: string;
  readonly content: DatasetContent;
  readonly card: DatasetCard;
}

/** What decides every number that a training can see. */
export interface DatasetContent {
  readonly image: ImageForm;
  readonly label: LabelForm;
  readonly splits: Readonly<Record<Split, SplitSummary>>;
  readonly normalisation: Normalisation;
  readonly sampleLayout: SampleLayout;
  readonly shards: readonly ShardSummary[];
}

/** A class index for each sample. */
export interface LabelForm {
  readonly kind: 'class';
  readonly classes: readonly string[];
}

export interface SplitSummary {
  readonly samples: number;
  /** Samples of each class, in class order. */
  readonly classCounts: readonly number[];
}

/** Fitted on the training split alone. */
export interface Normalisation {
  /** Pixel values that become 0 and 1: the type's range for u1, else the smallest and largest of the training split. */
  readonly low: number;
  readonly high: number;
  /** Of each channel, on the scale from 0 to 1. */
  readonly mean: readonly number[];
  readonly standardDeviation: readonly number[];
}

/** Where the parts of a sample are in its piece of a shard; all samples take the same room. */
export interface SampleLayout {
  readonly sampleBytes: number;
  readonly pixelsOffset: number;
  readonly pixelsBytes: number;
  readonly labelOffset: number;
}

/** One tar of consecutive samples of one split. */
export interface ShardSummary {
  /** Relative to the data set's folder. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly split: Split;
  readonly firstSample: number;
  readonly samples: number;
}

/** What people must know before they use the data. Facts that nobody stated are `unknown`, never guessed. */
export interface DatasetCard {
  readonly modality: string;
  readonly licence: string;
  /** Whether the splits keep each patient in one of them. */
  readonly splitsByPatient: 'yes' | 'no' | 'unknown';
  readonly provenance: { readonly source: string; readonly bytes: number; readonly sha256: string };
  readonly facesRemoved: false;
  /** How pixels were changed on import, or nothing. */
  readonly notes: readonly string[];
}
