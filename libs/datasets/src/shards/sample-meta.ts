/**
 * What may be known of a sample beside its pixels and its label. Nothing else is ever kept: no names, no free text, no dates.
 */
export interface SampleMeta {
  /** Pseudonym. */
  readonly patient?: string;
  readonly sex?: 'F' | 'M' | 'O';
  /** 90 stands for 90 and over. */
  readonly ageYears?: number;
  readonly modality?: string;
  readonly manufacturer?: string;
  readonly model?: string;
  readonly site?: string;
  readonly kVp?: number;
  readonly spacingMm?: readonly number[];
  readonly photometricInterpretation?: string;
}

const allowed: readonly (keyof SampleMeta)[] = [
  'patient',
  'sex',
  'ageYears',
  'modality',
  'manufacturer',
  'model',
  'site',
  'kVp',
  'spacingMm',
  'photometricInterpretation',
];

/** The sample's `meta.json`: fields of the allow-list in fixed order, filled with spaces to a length. */
export function writeMeta(meta: SampleMeta, length: number): Uint8Array {
  const text = JSON.stringify(meta, [...allowed]);
  if (text.length > length)
    throw new RangeError(`the metadata of a sample have ${text.length} characters, at most ${length} are possible`);
  return new TextEncoder().encode(text.padEnd(length));
}
