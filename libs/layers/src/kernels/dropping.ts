import { type Tensor, type Tensor1D, cast, greaterEqual, mul, tensor1d } from '@tensorflow/tfjs-core';
import { attribute } from './attributes.ts';
import { differentiable } from './differentiable.ts';
import { singleOutput } from './operation.ts';

/**
 * Inverted dropout (Srivastava et al., JMLR 15, 2014, §10): each value is zero with probability `rate`, else divided by
 * 1 − rate. The mask is a pure function of the key and the shape.
 * @param values float32
 * @param key_2 int32: the seed of TensorFlow's stateless generator
 * @param rate in (0, 1)
 */
export function dropping<Values extends Tensor>(values: Values, key_2: Tensor1D, rate: number): Values {
  const shape: number[] = values.shape;
  return differentiable([values], (input) => {
    const mask = keepMask(shape, key_2, rate);
    return { value: mul(input, mask), saved: [mask], gradients: (dy, [savedMask]) => [mul(dy, savedMask)] };
  }) as Values;
}

/** 1/(1 − rate) where a value is kept, 0 where it is dropped. */
function keepMask(shape: number[], key_2: Tensor1D, rate: number): Tensor {
  const uniform = singleOutput(
    'StatelessRandomUniform',
    { dtype: attribute.type('float32'), T: attribute.type('int32'), Tseed: attribute.type('int32') },
    [tensor1d(shape, 'int32'), key_2],
  );
  return mul(cast(greaterEqual(uniform, rate), 'float32'), 1 / (1 - rate));
}
