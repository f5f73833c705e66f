import { readFileSync } from 'node:fs';
import { assess, metrics, metricNamed } from '@collimator/metrics';
import { MemoryObjectStore } from '@collimator/object-store';
import { describe, expect, test } from 'vitest';
import { evaluationOf, parseEvaluation } from './evaluation.ts';
import { logLevels, logLineSchema, processName } from './log-line.ts';
import { MetricsWriter, readMetrics, type StepMetrics } from './run-metrics.ts';
import { chunkKey } from './chunk-key.ts';
import { runKeys } from './run-keys.ts';
import { newRunRecord, parseRunRecord } from './run-record.ts';
import { runStates } from './run-state.ts';

const page = readFileSync(new URL('../../../docs/reference/json.md', import.meta.url), 'utf8');

/** The page's example of a document. */
function exampleOf(name: string): Record<string, unknown> {
  const [, text] = new RegExp(`\`\`\`json ${name}\\n([^]*?)\`\`\``).exec(page) ?? [];
  if (text === undefined) throw new Error(`json.md has no example "${name}"`);
  return JSON.parse(text) as Record<string, unknown>;
}

function bytesOf(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** First cells of the table under a heading. */
function tableUnder(heading: string): string[] {
  const section = page.slice(page.indexOf(`${heading}\n`)).split(/\n#+ /)[0] ?? '';
  return [...section.matchAll(/^\| `(\w+)` /gm)].map(([, cell = '']) => cell);
}

describe('docs/reference/json.md', () => {
  test('shows a run with exactly the keys that are written', () => {
    const example = exampleOf('run');
    expect(parseRunRecord(bytesOf(example), 'json.md')).toEqual(example);
    const fresh = newRunRecord({
      run: 'r',
      job: 'j',
      startedAt: '2026-01-01T00:00:00.000Z',
      dataset: { name: 'd', sha256: 'a' },
      jobHash: 'b',
      randomVersion: 1,
    });
    expect(Object.keys(example)).toEqual(Object.keys(fresh));
  });

  test('lists every state', () => {
    expect(tableUnder('### States')).toEqual([...runStates]);
  });

  test('shows an evaluation with exactly the keys that are written', () => {
    const example = exampleOf('evaluation');
    expect(parseEvaluation(bytesOf(example), 'json.md')).toEqual(example);
    const outcome = {
      task: 'classification',
      count: 2,
      classes: 2,
      probabilities: new Float32Array([1, 0, 0, 1]),
      labels: new Int32Array([0, 1]),
    } as const;
    const place = { split: 'test', step: 1, digest: 'a', jobHash: 'b' };
    const written = evaluationOf(assess(outcome, [metricNamed('auc')], { seed: 7 }), place, ['a', 'b']);
    expect(Object.keys(example)).toEqual(Object.keys(written));
  });

  test('lists every metric', () => {
    expect(tableUnder('## Evaluation')).toEqual(metrics.map(({ name }) => name));
  });

  test('shows metrics that are read back as they are', async () => {
    const store = new MemoryObjectStore();
    const writer = await MetricsWriter.open(store, 'r');
    const example = exampleOf('metrics') as unknown as StepMetrics;
    writer.record(example);
    await writer.flush();
    expect(await readMetrics(store, 'r')).toEqual([example]);
  });

  test('shows a log line with exactly its keys, and every level', () => {
    const example = exampleOf('log');
    expect(logLineSchema.parse(example)).toEqual(example);
    expect(Object.keys(example)).toEqual(Object.keys(logLineSchema.shape));
    for (const level of logLevels) expect(page).toContain(`\`${level}\``);
  });
});

describe('docs/reference/formats.md', () => {
  test('shows where the parts of a run lie', () => {
    const formats = readFileSync(new URL('../../../docs/reference/formats.md', import.meta.url), 'utf8');
    const shown = [...formats.matchAll(/^runs\/\S+/gm)].map(([key]) => key);
    const keys = runKeys('<run>');
    expect(shown).toEqual([
      keys.record,
      keys.job,
      chunkKey(keys.metrics, 0),
      chunkKey(keys.log(processName(null)), 0),
      chunkKey(keys.log(processName(0)), 0),
      keys.evaluation('test', 444),
      keys.weightsAt(444),
      keys.weights,
    ]);
  });
});
