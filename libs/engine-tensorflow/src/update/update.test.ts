import { createSharedMemory } from '@collimator/arrays';
import type { OptimizerSpec, ProgramSource, UpdateLayout } from '@collimator/engine';
import { describe, expect, test } from 'vitest';
import { engineForTests } from '../testing.ts';

const engine = await engineForTests();

const samples = 4;
const learningRates = [0.1, 0.1, 0.05, 0.2, 0.01];
const kernel = [0.5, -1, 2];
const bias = [0.25, -0.75];

const layout: UpdateLayout = {
  length: 6,
  countOffset: 5,
  gradients: [
    { variable: 'kernel', offset: 0, length: 3 },
    { variable: 'bias', offset: 3, length: 2 },
  ],
  moments: [],
};

function sourceWith(update: Omit<NonNullable<ProgramSource['update']>, 'layout'>): ProgramSource {
  return {
    variables: [
      { name: 'kernel', shape: [3, 1], role: 'weight', decays: true, initial: Float32Array.from(kernel) },
      { name: 'bias', shape: [2], role: 'weight', decays: false, initial: Float32Array.from(bias) },
    ],
    graphs: [],
    update: { layout, ...update },
  };
}

/** Sums over four samples; they differ from step to step. */
function gradientSums(step: number): number[] {
  return [1, -2, 3, -0.5, 4].map((value, index) => value * (1 + step) + index * 0.3);
}

/** One weight's state in a formula that is written down a second time, in doubles. */
interface State {
  weight: number;
  velocity: number;
  first: number;
  second: number;
}

type Formula = (state: State, gradient: number, learningRate: number, step: number, decays: boolean) => void;

async function train(update: Omit<NonNullable<ProgramSource['update']>, 'layout'>): Promise<number[]> {
  const program = await engine.compile(sourceWith(update));
  for (const [step, learningRate] of learningRates.entries()) {
    await program.apply(Float32Array.from([...gradientSums(step), samples]), { learningRate, update: step + 1 });
  }
  const values = await program.read(['kernel', 'bias']);
  await program.close();
  return [...values.values()].flatMap((value) => [...value]);
}

function follow(formula: Formula, clipNorm = Infinity): number[] {
  const states = [...kernel, ...bias].map((weight): State => ({ weight, velocity: 0, first: 0, second: 0 }));
  for (const [step, learningRate] of learningRates.entries()) {
    const mean = gradientSums(step).map((sum) => sum / samples);
    const scale = Math.min(1, clipNorm / Math.hypot(...mean));
    states.forEach((state, index) => {
      formula(state, (mean[index] ?? 0) * scale, learningRate, step, index < kernel.length);
    });
  }
  return states.map(({ weight }) => weight);
}

const sgd = (momentum: number, nesterov: boolean, weightDecay: number): Formula => {
  return (state, gradient, learningRate, _, decays) => {
    const decayed = gradient + (decays ? weightDecay * state.weight : 0);
    state.velocity = momentum * state.velocity + decayed;
    state.weight -= learningRate * (nesterov ? decayed + momentum * state.velocity : state.velocity);
  };
};

const adam = ({ name, beta1, beta2, epsilon, weightDecay }: Extract<OptimizerSpec, { beta1: number }>): Formula => {
  return (state, gradient, learningRate, step, decays) => {
    const decay = decays ? weightDecay * state.weight : 0;
    const total = gradient + (name === 'adam' ? decay : 0);
    if (name === 'adamw') state.weight -= learningRate * decay;
    state.first = beta1 * state.first + (1 - beta1) * total;
    state.second = beta2 * state.second + (1 - beta2) * total * total;
    const first = state.first / (1 - beta1 ** (step + 1));
    const second = state.second / (1 - beta2 ** (step + 1));
    state.weight -= (learningRate * first) / (Math.sqrt(second) + epsilon);
  };
};

const betas = { beta1: 0.9, beta2: 0.99 };

describe('five updates agree with the formula', () => {
  test.each<[string, OptimizerSpec, Formula, number | undefined]>([
    ['plain SGD', { name: 'sgd', momentum: 0, nesterov: false, weightDecay: 0 }, sgd(0, false, 0), undefined],
    ['momentum', { name: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 0 }, sgd(0.9, false, 0), undefined],
    ['Nesterov', { name: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0 }, sgd(0.9, true, 0), undefined],
    [
      'SGD with decay',
      { name: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0.1 },
      sgd(0.9, true, 0.1),
      undefined,
    ],
    ['SGD with clipping', { name: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 0.1 }, sgd(0.9, false, 0.1), 0.5],
    ...(['adam', 'adamw'] as const).flatMap((name) =>
      [0, 0.1].flatMap((weightDecay) =>
        [1e-8, 0.1].map((epsilon): [string, OptimizerSpec, Formula, number | undefined] => {
          const spec = { name, ...betas, epsilon, weightDecay };
          return [`${name}, decay ${weightDecay}, epsilon ${epsilon}`, spec, adam(spec), undefined];
        }),
      ),
    ),
    [
      'AdamW with clipping',
      { name: 'adamw', ...betas, epsilon: 0.1, weightDecay: 0.1 },
      adam({ name: 'adamw', ...betas, epsilon: 0.1, weightDecay: 0.1 }),
      0.5,
    ],
  ])('%s', async (_, optimizer, formula, clipNorm) => {
    const actual = await train({ optimizer, ...(clipNorm === undefined ? {} : { clipNorm }) });
    follow(formula, clipNorm).forEach((expected, index) => {
      expect(actual[index]).toBeCloseTo(expected, 5);
    });
  });
});

const plain: OptimizerSpec = { name: 'sgd', momentum: 0, nesterov: false, weightDecay: 0 };

describe('apply', () => {
  test('reports the norm of the mean gradient before clipping', async () => {
    const program = await engine.compile(sourceWith({ optimizer: plain, clipNorm: 0.1 }));
    const report = await program.apply(Float32Array.of(2, 0, 0, 4, 4, 2), { learningRate: 1, update: 1 });
    expect(report.gradientNorm).toBeCloseTo(3, 6);
    await program.close();
  });

  test.each([NaN, Infinity])('refuses a gradient with %d and changes nothing', async (bad) => {
    const program = await engine.compile(sourceWith({ optimizer: { ...plain, momentum: 0.9 } }));
    const names = ['kernel', 'bias', ...program.slots];
    const before = await program.read(names);
    const reduced = Float32Array.of(1, bad, 1, 1, 1, samples);
    await expect(program.apply(reduced, { learningRate: 1, update: 1 })).rejects.toMatchObject({ code: 'non_finite' });
    expect(await program.read(names)).toEqual(before);
    await program.close();
  });

  test.each([
    ['SGD', plain],
    ['Adam', { name: 'adam', beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0 }],
  ] as const)('clips a gradient whose squares overflow float32: %s', async (_, optimizer) => {
    const step = { learningRate: 0.5, update: 1 };
    const updated = async (scale: number): Promise<{ gradientNorm: number; weights: number[] }> => {
      const program = await engine.compile(sourceWith({ optimizer, clipNorm: 1 }));
      const reduced = Float32Array.of(...[3, 0, -4, 0, 0].map((sum) => sum * scale), 2);
      const { gradientNorm } = await program.apply(reduced, step);
      const values = await program.read(['kernel', 'bias']);
      await program.close();
      return { gradientNorm, weights: [...values.values()].flatMap((value) => [...value]) };
    };
    const [huge, large] = [await updated(1e25), await updated(10)];
    expect(huge.gradientNorm / 2.5e25).toBeCloseTo(1, 6);
    huge.weights.forEach((weight, index) => {
      expect(weight).toBeCloseTo(large.weights[index] ?? NaN, 6);
    });
    expect(huge).toEqual(await updated(1e25));
  });

  test('refuses such a gradient without clipping, and an infinite one with it', async () => {
    const refused = { code: 'non_finite', next: expect.stringContaining('training.clip') as string };
    const [unclipped, clipped] = [
      await engine.compile(sourceWith({ optimizer: plain })),
      await engine.compile(sourceWith({ optimizer: plain, clipNorm: 1 })),
    ];
    const step = { learningRate: 1, update: 1 };
    await expect(unclipped.apply(Float32Array.of(1e25, 0, 0, 0, 0, 2), step)).rejects.toMatchObject(refused);
    for (const bad of [Infinity, -Infinity, NaN])
      await expect(clipped.apply(Float32Array.of(1e25, bad, 0, 0, 0, 2), step)).rejects.toMatchObject(refused);
    await unclipped.close();
    await clipped.close();
  });

  test('names its slots in a fixed order, and they start at zero', async () => {
    const program = await engine.compile(
      sourceWith({ optimizer: { name: 'adam', ...betas, epsilon: 1e-8, weightDecay: 0 } }),
    );
    expect(program.slots).toEqual([
      'firstMoment/kernel',
      'firstMoment/bias',
      'secondMoment/kernel',
      'secondMoment/bias',
    ]);
    expect([...(await program.read(program.slots)).values()].flatMap((slot) => [...slot])).toEqual(Array(10).fill(0));
    await program.close();
  });

  test('the same updates give the same bits', async () => {
    const update = { optimizer: { name: 'adamw', ...betas, epsilon: 1e-8, weightDecay: 0.1 }, clipNorm: 1 } as const;
    expect(await train(update)).toEqual(await train(update));
  });
});

test('an update keeps no part of the vector that it was fed', async () => {
  const size = 1024;
  const variable = (name: string, role: 'weight' | 'statistic') =>
    ({ name, shape: [size], role, decays: false, initial: new Float32Array(size) }) as const;
  const program = await engine.compile({
    variables: [variable('weight', 'weight'), variable('mean', 'statistic'), variable('variance', 'statistic')],
    graphs: [],
    update: {
      layout: {
        length: 4 * size,
        countOffset: 3 * size,
        gradients: [{ variable: 'weight', offset: 0, length: size }],
        moments: [
          {
            mean: 'mean',
            variance: 'variance',
            countOffset: 3 * size,
            sumOffset: size,
            sumOfSquaresOffset: 2 * size,
            channels: size,
            momentum: 0,
          },
        ],
      },
      optimizer: { ...plain, momentum: 0.9 },
    },
  });
  // Aligned as TensorFlow likes it, so that it reads the vector in place.
  const reduced = new Float32Array(createSharedMemory(2 ** 18).buffer, 2 ** 17, 4 * size).fill(1);
  await program.apply(reduced, { learningRate: 1, update: 1 });
  const names = ['weight', 'mean', 'variance', ...program.slots];
  const before = await program.read(names);
  reduced.fill(NaN);
  expect(await program.read(names)).toEqual(before);
  await program.close();
});

describe('moving statistics', () => {
  const channels = 2;
  /** Values of each lane, interleaved by channel. */
  const lanes = [
    [1, 10, 2, 20, 3, 30],
    [4, -10, 5, -20],
  ];
  const mean = [0.5, 1];
  const variance = [2, 300];
  const momentum = 0.75;

  const statistics: ProgramSource = {
    variables: [
      { name: 'weight', shape: [1], role: 'weight', decays: false, initial: Float32Array.of(0) },
      { name: 'mean', shape: [channels], role: 'statistic', decays: false, initial: Float32Array.from(mean) },
      { name: 'variance', shape: [channels], role: 'statistic', decays: false, initial: Float32Array.from(variance) },
    ],
    graphs: [],
    update: {
      layout: {
        length: 7,
        countOffset: 6,
        gradients: [{ variable: 'weight', offset: 0, length: 1 }],
        moments: [
          {
            mean: 'mean',
            variance: 'variance',
            countOffset: 1,
            sumOffset: 2,
            sumOfSquaresOffset: 4,
            channels,
            momentum,
          },
        ],
      },
      optimizer: plain,
    },
  };

  /** What one lane reports: values per channel, Σ(x−m), Σ(x−m)². */
  function momentsOf(values: readonly number[]): number[] {
    const around = values.map((value, index) => value - (mean[index % channels] ?? 0));
    const sums = [0, 1].map((channel) => total(around.filter((_, index) => index % channels === channel)));
    const squares = [0, 1].map((channel) =>
      total(around.filter((_, index) => index % channels === channel).map((value) => value * value)),
    );
    return [values.length / channels, ...sums, ...squares];
  }

  test('come from the values of all lanes together, with the unbiased variance', async () => {
    const [first = [], second = []] = lanes.map(momentsOf);
    const program = await engine.compile(statistics);
    const reduced = [0, ...first.map((value, index) => value + (second[index] ?? 0)), 1];
    await program.apply(Float32Array.from(reduced), { learningRate: 1, update: 1 });
    const moved = await program.read(['mean', 'variance']);

    const pooled = lanes.flat();
    [0, 1].forEach((channel) => {
      const values = pooled.filter((_, index) => index % channels === channel);
      const average = total(values) / values.length;
      const spread = total(values.map((value) => (value - average) ** 2)) / (values.length - 1);
      const old = [mean[channel] ?? 0, variance[channel] ?? 0] as const;
      expect(moved.get('mean')?.[channel]).toBeCloseTo(momentum * old[0] + (1 - momentum) * average, 4);
      expect(moved.get('variance')?.[channel]).toBeCloseTo(momentum * old[1] + (1 - momentum) * spread, 3);
    });
    await program.close();
  });

  test('one single value per channel leaves no infinite variance', async () => {
    const program = await engine.compile(statistics);
    await program.apply(Float32Array.from([0, ...momentsOf([3, 3]), 1]), { learningRate: 1, update: 1 });
    const moved = (await program.read(['variance'])).get('variance') ?? [];
    expect([...moved]).toEqual([1.5, 225]);
    await program.close();
  });
});

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
