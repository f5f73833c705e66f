/*
 * Shape legend: N batch, H height, W width, C channels.
 */
import type { ModelChoice } from '@collimator/job';
import { type Forward, dense, dropout, globalAveragePooling } from '@collimator/layers';
import { convolutionUnit } from '../convolution-unit.ts';
import { basicBlock } from './basic-block.ts';

type Options = Extract<ModelChoice, { name: 'resnet18' }>;

/** Stride of the first block of each stage; each stage has twice the filters of the one before. */
const stageStrides = [1, 2, 2, 2];
const blocksPerStage = 2;

/**
 * ResNet-18 (He et al., CVPR 2016, table 1) with the stem for images of about 28 pixels: one 3×3 convolution of stride 1
 * and no pooling, as for CIFAR-10 in their §4.2. At width 64, 3 channels and 2 outputs it has 11,169,858 parameters.
 */
export function resnet18(options: Options, outputs: number): Forward {
  return (scope, images_NHWC) => {
    const stem = { filters: options.width, kernelSize: 3, padding: 1 };
    let features_NHWC = convolutionUnit(scope.within('stem'), images_NHWC, stem);
    for (const [stage, stageStride] of stageStrides.entries()) {
      for (let block = 0; block < blocksPerStage; block++) {
        const blockScope = scope.within(`stage${stage + 1}`).within(`block${block + 1}`);
        const stride = block === 0 ? stageStride : 1;
        features_NHWC = basicBlock(blockScope, features_NHWC, { filters: options.width * 2 ** stage, stride });
      }
    }
    const features_NC = dropout(scope, globalAveragePooling(features_NHWC), options.dropout);
    return dense(scope.within('classifier'), features_NC, { units: outputs });
  };
}
