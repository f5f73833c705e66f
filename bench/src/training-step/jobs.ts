import { type Job, parseJob } from '@collimator/job';

/** A network as the benchmark trains it; `bench/python/training_step.py` does the same. */
export interface BenchmarkedNetwork {
  readonly job: Job;
  readonly sampleShape: readonly [height: number, width: number, channels: number];
  readonly classes: number;
}

const head = 'apiVersion: collimator.dev/v1alpha1\nkind: TrainingJob\n';

/** ResNet-18 at 28×28, batch 128: as many lanes as a job has by default. */
const resnet18 = `${head}metadata: {name: bench-resnet18}
spec:
  task: classification
  data: {dataset: synthetic}
  model: {name: resnet18}
  training: {epochs: 1, lanes: 8, laneBatch: 16, optimizer: {name: adam}}
`;

/** U-Net 2D, 1.94 M parameters, 128×128, batch 8, in two lanes. */
const unet2d = `${head}metadata: {name: bench-unet2d}
spec:
  task: segmentation
  data: {dataset: synthetic}
  model: {name: unet2d, width: 16, depth: 4}
  training: {epochs: 1, lanes: 2, laneBatch: 4, optimizer: {name: adam}, loss: {name: crossEntropy}}
`;

export const networks: Readonly<Record<string, BenchmarkedNetwork>> = {
  resnet18: { job: parseJob(resnet18, { source: 'resnet18' }), sampleShape: [28, 28, 3], classes: 2 },
  unet2d: { job: parseJob(unet2d, { source: 'unet2d' }), sampleShape: [128, 128, 1], classes: 2 },
};
