import { type ImageForm } from '../npz/check-images.ts';
import { npyHeader, writeNpy } from '../npz/write-npy.ts';
import { type SampleLayout } from '../index/dataset-index.ts';
import { type Split } from '../split.ts';
import { type SampleMeta, writeMeta } from './sample-meta.ts';
import { blockBytes, entryBytes, tarEndBytes, writeEntry } from './ustar.ts';

/** A sample as it goes into a shard. */
export interface ShardSample {
  /** Pixels in the kept type, little endian, channels last. */
  readonly pixels: Uint8Array;
  readonly label: number;
  readonly meta: SampleMeta;
}

const pixelBytes = { u1: 1, u2: 2, i2: 2, f4: 4 } as const;
const labelDtype = 'i4';
const metaBytes = blockBytes;

/** Bytes of one image's pixels. */
export function pixelsBytesOf({ shape, dtype }: ImageForm): number {
  return shape.reduce((product, length) => product * length, pixelBytes[dtype]);
}

/** Where the parts of each sample are: an image, a label and metadata, each a file of fixed length. */
export function sampleLayout(form: ImageForm): SampleLayout {
  const imageHeader = npyHeader(form.dtype, form.shape).length;
  const labelHeader = npyHeader(labelDtype, []).length;
  const pixelsBytes = pixelsBytesOf(form);
  const imageEntry = entryBytes(imageHeader + pixelsBytes);
  return {
    sampleBytes: imageEntry + entryBytes(labelHeader + 4) + entryBytes(metaBytes),
    pixelsOffset: blockBytes + imageHeader,
    pixelsBytes,
    labelOffset: imageEntry + blockBytes + labelHeader,
  };
}

/** A WebDataset-compatible tar: `<key>.image.npy`, `<key>.label.npy`, `<key>.meta.json` for each sample. */
export function writeShard(
  form: ImageForm,
  split: Split,
  firstSample: number,
  samples: readonly ShardSample[],
): Uint8Array {
  const { sampleBytes } = sampleLayout(form);
  const tar = new Uint8Array(samples.length * sampleBytes + tarEndBytes);
  let offset = 0;
  samples.forEach((sample, index) => {
    const key = sampleKey(split, firstSample + index);
    offset = writeEntry(tar, offset, `${key}.image.npy`, writeNpy(form.dtype, form.shape, sample.pixels));
    offset = writeEntry(
      tar,
      offset,
      `${key}.label.npy`,
      writeNpy(labelDtype, [], new Uint8Array(Int32Array.of(sample.label).buffer)),
    );
    offset = writeEntry(tar, offset, `${key}.meta.json`, writeMeta(sample.meta, metaBytes));
  });
  return tar;
}

function sampleKey(split: Split, sample: number): string {
  return `${split}-${String(sample).padStart(8, '0')}`;
}
