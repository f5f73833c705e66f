import {
  add,
  cast,
  dropout,
  greater,
  matMul,
  mul,
  multinomial,
  randomNormal,
  randomUniform,
  reshape,
  scalar,
  tensor1d,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { runOperation, type GraphSource } from '@collimator/engine';
import { describe, expect, test } from 'vitest';
import { engineForTests } from '../testing.ts';

const engine = await engineForTests();

function graphOf(build: (x: Tensor) => Tensor): GraphSource {
  return {
    name: 'graph',
    inputs: [{ name: 'x', dtype: 'float32', shape: [12] }],
    build: (inputs) => build(required(inputs.x)) as Tensor1D,
  };
}

function compileGraph(build: (x: Tensor) => Tensor) {
  return engine.compile({ variables: [], graphs: [graphOf(build)] });
}

let calls = 0;
let outside: Tensor | undefined;

describe('graphs that would freeze', () => {
  test.each<[string, (x: Tensor) => Tensor, string]>([
    ['tf.randomUniform', (x) => mul(x, cast(greater(randomUniform([12]), 0.5), 'float32')), 'made by tf.randomUniform'],
    ['tf.randomNormal', (x) => add(x, randomNormal([12])), 'made by tf.randomNormal'],
    ['tf.dropout', (x) => dropout(x, 0.5), 'made by tf.randomUniform, in tf.dropout'],
    [
      'tf.multinomial',
      () => cast(multinomial(tensor1d([0.1, 0.9]), 5), 'float32'),
      'operation Multinomial draws from a hidden counter',
    ],
    ['RandomUniform', (x) => add(x, runRandomUniform()), 'operation RandomUniform draws from a hidden counter'],
    [
      'a value of JavaScript',
      (x) => add(x, scalar(++calls)),
      'operation Add reads values that change from call to call',
    ],
    ['values read from an input', (x) => mul(x, scalar(x.dataSync()[1] ?? 0)), 'they would freeze'],
    ['other operations on the next call', (x) => (++calls % 2 === 0 ? mul(x, x) : add(x, x)), 'on one call and'],
    ['a tensor from outside', (x) => add(x, required(outside)), 'reads a tensor made outside of its build function'],
    ['a result that is not flat', (x) => reshape(x, [3, 4]), 'it returned float32 of shape [3, 4]'],
    ['a build function that fails', (x) => matMul(x as Tensor2D, x as Tensor2D), 'its build function failed'],
  ])('%s is refused', async (_, build, message) => {
    outside ??= materialised();
    await expect(compileGraph(build)).rejects.toMatchObject({
      code: 'engine_untraceable',
      message: expect.stringContaining(message) as string,
    });
  });

  test("the place in the user's file is named", async () => {
    await expect(compileGraph((x) => add(x, randomUniform([12])))).rejects.toThrow(/at tracer\.test\.ts:\d+/);
  });
});

describe('graphs that do not freeze', () => {
  test('random numbers that are keyed by an input', async () => {
    const program = await engine.compile({
      variables: [],
      graphs: [
        {
          name: 'uniform',
          inputs: [{ name: 'key', dtype: 'int32', shape: [2] }],
          build: ({ key }) => keyedUniform(required(key)) as Tensor1D,
        },
      ],
    });
    const draw = async (...key: number[]): Promise<number[]> => {
      const out = new Float32Array(16);
      await program.run('uniform', { key: Int32Array.from(key) }, out);
      return [...out];
    };
    expect(await draw(1, 2)).toEqual(await draw(1, 2));
    expect(await draw(1, 2)).not.toEqual(await draw(1, 3));
    await program.close();
  });

  test('random numbers that the result does not need', async () => {
    const program = await compileGraph((x) => {
      randomUniform([3]);
      return add(x, x);
    });
    await program.close();
  });
});

test('tracing leaves no tensors behind', async () => {
  const before = engine.memory();
  const program = await compileGraph((x) => add(mul(x, x), tensor1d(Array.from({ length: 12 }, () => 1))));
  expect(engine.memory()).toEqual(before);
  await program.close();
});

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a tensor is missing');
  return value;
}

function runRandomUniform(): Tensor {
  const attributes = {
    dtype: { kind: 'type', value: 'float32' },
    T: { kind: 'type', value: 'int32' },
    seed: { kind: 'int', value: 1 },
    seed2: { kind: 'int', value: 2 },
  } as const;
  return runOperation({ operation: 'RandomUniform', attributes, outputs: 1 }, [tensor1d([12], 'int32')])[0];
}

function keyedUniform(key: Tensor): Tensor {
  const attributes = {
    dtype: { kind: 'type', value: 'float32' },
    T: { kind: 'type', value: 'int32' },
    Tseed: { kind: 'type', value: 'int32' },
  } as const;
  const call = { operation: 'StatelessRandomUniform', attributes, outputs: 1 };
  return runOperation(call, [tensor1d([16], 'int32'), key])[0];
}

/** A tensor that TensorFlow already holds. */
function materialised(): Tensor {
  const made = add(tensor1d(Array.from({ length: 12 }, () => 1)), 1);
  made.dataSync();
  return made;
}
