export { listDatasetNames, openDataset } from './catalogue/catalogue.ts';
export { verifyDataset, type VerifyProgress } from './catalogue/verify.ts';
export { importNpz, type ImportOptions, type ImportProgress } from './import-npz.ts';
export {
  type DatasetCard,
  type DatasetContent,
  datasetFormatVersion,
  type DatasetIndex,
  type LabelForm,
  type Normalisation,
  type SampleLayout,
  type ShardSummary,
  type SplitSummary,
} from './index/dataset-index.ts';
export { type ImageForm, type ImageStack, type PixelType } from './npz/check-images.ts';
export { type ImageArrays, readImageArrays, readImages, type SplitArrays } from './npz/image-arrays.ts';
export { type NpyArray, type NpyDtype, type NumberArray, parseNpy } from './npz/npy.ts';
export { archiveLimits } from './npz/zip-archive.ts';
export { createPixelDecoder, type PixelDecoder, type PixelScale } from './reading/pixel-decoder.ts';
export { listTestReads, type RecordedRead, recordTestRead, type TestRead } from './reading/record-read.ts';
export { SampleReader, type SampleReaderOptions, type StoredSample } from './reading/sample-reader.ts';
export { Sampler, type EpochStep, type SamplingPlan } from './sampling/sampler.ts';
export { type Sha256 } from './sha256.ts';
export { type SampleMeta } from './shards/sample-meta.ts';
export { type Split, splits } from './split.ts';
