import type { Tensor } from '@tensorflow/tfjs-core';
import { attribute } from './attributes.ts';
import { differentiable } from './differentiable.ts';
import { singleOutput } from './operation.ts';

const attributes = { T: attribute.type('float32'), data_format: attribute.string('NHWC') };

/**
 * Adds one value for each channel, the last axis.
 * @param values float32 of rank 2 or more, last axis C
 * @param bias_C float32
 */
export function addBias<Values extends Tensor>(values: Values, bias_C: Tensor): Values {
  return differentiable([values, bias_C], (input, bias) => ({
    value: singleOutput('BiasAdd', attributes, [input, bias]),
    saved: [],
    gradients: (dy) => [dy, singleOutput('BiasAddGrad', attributes, [dy])],
  })) as Values;
}
