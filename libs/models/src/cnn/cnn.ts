/*
 * Shape legend: N batch, H height, W width, C channels.
 */
import type { ModelChoice } from '@collimator/job';
import { type Forward, dense, dropout, globalAveragePooling, maxPooling } from '@collimator/layers';
import { convolutionUnit } from '../convolution-unit.ts';

type Options = Extract<ModelChoice, { name: 'cnn' }>;

const stages = 3;

/**
 * A small convolutional network for images of about 28 pixels, in the manner of VGG with batch normalisation: three
 * stages of two 3×3 convolutions, the width doubled and the size halved from stage to stage, then the global mean,
 * dropout and one dense layer.
 */
export function cnn(options: Options, outputs: number): Forward {
  return (scope, images_NHWC) => {
    let features_NHWC = images_NHWC;
    for (let stage = 0; stage < stages; stage++) {
      const stageScope = scope.within(`stage${stage + 1}`);
      if (stage > 0) features_NHWC = maxPooling(features_NHWC, { window: 2, stride: 2, padding: 'same' });
      const convolution = { filters: options.width * 2 ** stage, kernelSize: 3 };
      features_NHWC = convolutionUnit(stageScope.within('unit1'), features_NHWC, convolution);
      features_NHWC = convolutionUnit(stageScope.within('unit2'), features_NHWC, convolution);
    }
    const features_NC = dropout(scope, globalAveragePooling(features_NHWC), options.dropout);
    return dense(scope.within('classifier'), features_NC, { units: outputs });
  };
}
