import { createSharedMemory } from '@collimator/arrays';
import { tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { Program } from '@collimator/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineForTests } from '../testing.ts';
import { lane, laneInputs, laneProgram, numbers } from './fixtures/convolution-lane.ts';

const engine = await engineForTests();
const names = laneProgram.variables.map(({ name }) => name);

let program: Program;
beforeAll(async () => {
  program = await engine.compile(laneProgram);
});
afterAll(async () => {
  await program.close();
});

async function runLane(
  seed: number,
  out: Float32Array = new Float32Array(program.outputLength(lane.name)),
): Promise<Float32Array> {
  await program.run(lane.name, laneInputs(seed), out);
  return out;
}

/** The same build function, run by tfjs operation by operation. */
function runEagerly(seed: number): Float32Array {
  let values: Float32Array = new Float32Array();
  tidy(() => {
    const given = laneInputs(seed);
    const inputs = Object.fromEntries(
      lane.inputs.map(({ name, shape, dtype }) => [name, tensor(given[name as keyof typeof given], [...shape], dtype)]),
    );
    const variables = Object.fromEntries(
      laneProgram.variables.map(({ name, shape, initial }): [string, Tensor] => [name, tensor(initial, [...shape])]),
    );
    values = lane.build(inputs, variables).dataSync<'float32'>();
  });
  return values;
}

describe('run', () => {
  test('gives what the build function gives eagerly', async () => {
    const compiled = await runLane(1);
    const eager = runEagerly(1);
    expect(compiled.length).toBe(eager.length);
    compiled.forEach((value, index) => {
      expect(value).toBeCloseTo(eager[index] ?? NaN, 5);
    });
    expect(compiled.some((value) => value !== 0)).toBe(true);
  });

  test('gives the same bits for lanes at once and one after another', async () => {
    const seeds = Array.from({ length: 8 }, (_, index) => index);
    const together = await Promise.all(seeds.map((seed) => runLane(seed)));
    for (const seed of seeds) expect(await runLane(seed)).toEqual(together[seed]);
    expect(together[0]).not.toEqual(together[1]);
  });

  test.each([
    ['a SharedArrayBuffer', (length: number) => new Float32Array(new SharedArrayBuffer(length * 4))],
    [
      'a shared WebAssembly.Memory',
      (length: number) => new Float32Array(createSharedMemory(2 ** 18).buffer, 2 ** 17, length),
    ],
  ])('writes into the middle of %s', async (_, makeVector) => {
    const length = program.outputLength(lane.name);
    const vector = makeVector(length + 6);
    await runLane(2, vector.subarray(3, 3 + length));
    expect(vector.slice(3, 3 + length)).toEqual(await runLane(2));
    expect([...vector.slice(0, 3), ...vector.slice(3 + length)]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('leaves the event loop free', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await Promise.all(Array.from({ length: 200 }, (_, seed) => runLane(seed)));
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(0);
  });

  test('keeps tensors and memory flat', { timeout: 60_000 }, async () => {
    const out = new Float32Array(program.outputLength(lane.name));
    const repeat = async (times: number): Promise<void> => {
      for (let index = 0; index < times; index++) {
        await runLane(index, out);
        await program.apply(out, { learningRate: 0, update: 1 });
      }
    };
    await repeat(200);
    const before = { ...engine.memory(), rss: process.memoryUsage.rss() };
    await repeat(500);
    const grownMiB = (process.memoryUsage.rss() - before.rss) / 2 ** 20;
    expect(grownMiB).toBeLessThan(16);
    expect(engine.memory().tensors).toBe(before.tensors);
  });
});

describe('read and write', () => {
  test('store copies: neither side sees what the other does later', async () => {
    const before = await program.read(names);
    const written = new Map([...before].map(([name, value], seed) => [name, numbers(value.length, seed + 9)]));
    const kept = new Map([...written].map(([name, value]) => [name, value.slice()]));
    await program.write(written);
    for (const value of written.values()) value.fill(NaN);
    await runLane(1);
    const back = await program.read(names);
    expect(back).toEqual(kept);
    back.get(names[0] ?? '')?.fill(NaN);
    expect(await program.read(names)).toEqual(kept);
    await program.write(before);
    expect(await program.read(names)).toEqual(before);
  });

  test("reach the optimizer's slots", async () => {
    const [slot = ''] = program.slots;
    const value = numbers((await program.read([slot])).get(slot)?.length ?? 0, 3);
    await program.write(new Map([[slot, value]]));
    expect((await program.read([slot])).get(slot)).toEqual(value);
  });
});

describe('misuse is refused', () => {
  const out = () => new Float32Array(program.outputLength(lane.name));

  test('an update while a run is in flight, and a run during an update', async () => {
    const running = runLane(1);
    const update = { learningRate: 0, update: 1 };
    await expect(program.apply(out(), update)).rejects.toThrow('with 1 runs in flight');
    await running;
    const reading = program.read(names);
    await expect(runLane(1)).rejects.toThrow('while the weights were being changed or copied');
    await reading;
  });

  test.each([
    ['an unknown graph', () => program.run('lane/5', {}, out()), 'no graph "lane/5"; it has lane/4'],
    ['a missing input', () => program.run(lane.name, {}, out()), 'input "images" of graph "lane/4" is missing'],
    [
      'an input of another type',
      () => program.run(lane.name, { ...laneInputs(1), targets: new Float32Array(8) }, out()),
      'input "targets" of graph "lane/4" is 8 of float32 where 8 of int32 belong',
    ],
    [
      'an input of another length',
      () => program.run(lane.name, { ...laneInputs(1), images: new Float32Array(3) }, out()),
      'is 3 of float32 where 1024 of float32 belong',
    ],
    ['room of another length', () => program.run(lane.name, laneInputs(1), new Float32Array(2)), 'room is for 2'],
    ['an unknown variable', () => program.read(['nothing']), 'no variable "nothing"'],
    [
      'a value of another length',
      () => program.write(new Map([['dense/kernel', new Float32Array(3)]])),
      'variable "dense/kernel" has 16 floats, 3 were to be written',
    ],
  ])('%s', async (_, call, message) => {
    await expect(call()).rejects.toMatchObject({ code: 'bug', message: expect.stringContaining(message) as string });
  });

  test('a program that contradicts itself, with all contradictions at once', async () => {
    const [first, ...others] = laneProgram.variables;
    const broken = {
      ...laneProgram,
      variables: [{ ...first, name: 'odd name', initial: new Float32Array(1) }, ...others],
    };
    await expect(engine.compile(broken as typeof laneProgram)).rejects.toMatchObject({
      code: 'bug',
      problems: [{ field: 'variables.odd name' }, { field: 'variables.odd name' }, { field: 'layout.first/kernel' }],
    });
  });

  test('use after closing', async () => {
    const closed = await engine.compile(laneProgram);
    await closed.close();
    await expect(closed.read(names)).rejects.toMatchObject({ code: 'engine_failed' });
  });
});
