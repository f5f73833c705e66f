import { deriveSeed, RandomStream, type Seed } from '@collimator/random';

/** Writes initial values of one variable into `values`, from a stream of its own. */
export type Initializer = (values: Float32Array, stream: RandomStream) => void;

/** Every value the same. */
export function constant(value: number): Initializer {
  return (values) => {
    values.fill(value);
  };
}

/**
 * Normal with variance 2/fan-in: keeps the variance of activations through layers followed by ReLU (He et al.,
 * "Delving deep into rectifiers", ICCV 2015, eq. 10).
 */
export function heNormal(fanIn: number): Initializer {
  const deviation = Math.sqrt(2 / fanIn);
  return (values, stream) => {
    for (let index = 0; index < values.length; index++) values[index] = deviation * stream.normal();
  };
}

/** Uniform within ±√(6/fan-in): the same variance as `heNormal`, in a fifth of the time. */
export function heUniform(fanIn: number): Initializer {
  return uniform(Math.sqrt(6 / fanIn));
}

/**
 * Uniform within ±√(6/(fan-in + fan-out)) (Glorot and Bengio, AISTATS 2010, eq. 16): the default of Keras.
 */
export function glorotUniform(fanIn: number, fanOut: number): Initializer {
  return uniform(Math.sqrt(6 / (fanIn + fanOut)));
}

/** Uniform within ±1/√fan-in: the default of PyTorch for kernels and biases of convolutions and dense layers. */
export function fanInUniform(fanIn: number): Initializer {
  return uniform(1 / Math.sqrt(fanIn));
}

function uniform(bound: number): Initializer {
  return (values, stream) => {
    for (let index = 0; index < values.length; index++) values[index] = bound * (2 * stream.uniform() - 1);
  };
}

/**
 * Initial values of the variable `name`: a pure function of the sub-seed and the name, whatever else is declared.
 * @param seed the job's sub-seed `weights`
 */
export function initialValues(
  initializer: Initializer,
  shape: readonly number[],
  seed: Seed,
  name: string,
): Float32Array {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  initializer(values, new RandomStream(deriveSeed(seed, name)));
  return values;
}
