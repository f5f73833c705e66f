import type { Tensor } from '@tensorflow/tfjs-core';
import { attribute } from './attributes.ts';
import { differentiable } from './differentiable.ts';
import { singleOutput } from './operation.ts';

const attributes = { T: attribute.type('float32') };

/** max(x, 0), elementwise; its gradient at 0 is 0. */
export function relu<Values extends Tensor>(values: Values): Values {
  return differentiable([values], (input) => {
    const value = singleOutput('Relu', attributes, [input]);
    return {
      value,
      saved: [value],
      gradients: (dy, [output]) => [singleOutput('ReluGrad', attributes, [dy, output])],
    };
  }) as Values;
}
