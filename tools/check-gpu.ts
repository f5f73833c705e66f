/**
 * `npm run check:gpu`: proves the GPU path on this machine and writes docs/GPU.md. Without an NVIDIA GPU the page says that
 * it is untested, when, and why.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nvidiaGpus } from '@collimator/engine-tensorflow';
import { PeakMemory } from './gpu-memory.ts';
import { runCollimator } from './run-collimator.ts';

interface CheckedRun {
  readonly weightsSha256: string;
  readonly numericClass: unknown;
  readonly engine: unknown;
  readonly imagesPerSecond: number;
}

const page = fileURLToPath(new URL('../docs/GPU.md', import.meta.url));
const example = fileURLToPath(new URL('../examples/pneumonia-resnet18.yaml', import.meta.url));
const data = fileURLToPath(new URL('../examples/data/pneumoniamnist.npz', import.meta.url));

function untested(date: string): string {
  return `# GPU

**Untested.** ${date}: \`npm run check:gpu\` found no NVIDIA GPU on this machine (neither \`nvidia-smi\` nor
\`/proc/driver/nvidia\`). The GPU path is the same code with another TensorFlow wheel (\`tensorflow\` instead of
\`tensorflow-cpu\`, with the CUDA wheels that it names): set-up, tracing, session runner and collective are those that the CPU
tests hold. What nobody has seen yet: that the CUDA libraries load, that deterministic operations cover every layer, and that one
lane has the same bits twice on one card.

On a machine with an NVIDIA GPU, run

    npm ci && npm run check:gpu

which runs \`collimator doctor\`, one lane twice, 1 against 2 workers on one GPU, measures peak memory, and rewrites this page.
`;
}

function report(
  date: string,
  gpu: string,
  runs: Readonly<Record<'first' | 'again' | 'two', CheckedRun>>,
  peakMiB: number,
): string {
  const same = (left: unknown, right: unknown): string =>
    JSON.stringify(left) === JSON.stringify(right) ? 'yes' : 'NO';
  return `# GPU

${date}, ${gpu}, ${JSON.stringify(runs.first.engine)}. Written by \`npm run check:gpu\`: ResNet-18 at 28×28, 20 steps.

| Check | Result |
| --- | --- |
| one lane twice (probe of two processes) has the same bits | ${same(runs.first.numericClass, runs.again.numericClass)} |
| the same run twice has the same weights | ${same(runs.first.weightsSha256, runs.again.weightsSha256)} |
| 1 against 2 workers on one GPU have the same weights | ${same(runs.first.weightsSha256, runs.two.weightsSha256)} |
| peak GPU memory, all processes, 1 and 2 workers | ${peakMiB} MiB |
| images per second, 1 worker / 2 workers | ${runs.first.imagesPerSecond.toFixed(0)} / ${runs.two.imagesPerSecond.toFixed(0)} |
`;
}

async function check(store: string): Promise<Parameters<typeof report>[2]> {
  const at = ['--store', `file:${store}`];
  await runCollimator(['doctor', ...at]);
  await runCollimator(['datasets', 'import', data, '--name', 'pneumoniamnist', ...at]);
  const train = (workers: number): Promise<CheckedRun> => {
    const changes = ['--set', 'spec.device=gpu', '--set', 'spec.training.maxSteps=20'];
    return runCollimator(['train', example, '--workers', String(workers), ...changes, ...at]);
  };
  return { first: await train(1), again: await train(1), two: await train(2) };
}

const date = new Date().toISOString().slice(0, 10);
const [gpu] = await nvidiaGpus();
if (gpu === undefined) {
  await writeFile(page, untested(date));
  process.stdout.write('No NVIDIA GPU found: docs/GPU.md says that the GPU path is untested.\n');
} else {
  const store = await mkdtemp(join(tmpdir(), 'collimator-gpu-'));
  const memory = new PeakMemory();
  try {
    const runs = await check(store);
    await writeFile(page, report(date, gpu, runs, memory.stop()));
    process.stdout.write('docs/GPU.md is written.\n');
  } finally {
    memory.stop();
    await rm(store, { recursive: true, force: true });
  }
}
