import { CollimatorError } from '@collimator/errors';
import { MemoryObjectStore } from '@collimator/object-store';
import { describe, expect, test } from 'vitest';
import { type LogLine } from './log-line.ts';
import { LogWriter } from './log-writer.ts';
import { followLogs, readLogs } from './run-logs.ts';

/** A clock that moves on by a second each time it is read. */
function clock(): () => Date {
  let seconds = 0;
  return () => new Date(Date.UTC(2026, 0, 2, 3, 4, seconds++));
}

describe('LogWriter', () => {
  test('writes lines with time, place and code, and shows them at once', async () => {
    const store = new MemoryObjectStore();
    const shown: LogLine[] = [];
    const log = await LogWriter.open(store, { run: 'r', worker: 3, now: clock(), echo: (line) => shown.push(line) });
    log.write('info', 'started', 'ready');
    log.moveTo({ generation: 1, step: 40 });
    log.write('error', 'non_finite', 'lane 2 gave NaN');
    await log.flush();
    const lines = await readLogs(store, 'r');
    const common = { run: 'r', worker: 3 };
    expect(lines).toEqual([
      {
        ...common,
        time: '2026-01-02T03:04:00.000Z',
        level: 'info',
        generation: null,
        step: null,
        code: 'started',
        message: 'ready',
      },
      {
        ...common,
        time: '2026-01-02T03:04:01.000Z',
        level: 'error',
        generation: 1,
        step: 40,
        code: 'non_finite',
        message: 'lane 2 gave NaN',
      },
    ]);
    expect(shown).toEqual(lines);
    expect(await store.head('runs/r/logs/worker-3/000000.jsonl')).toBeDefined();
  });

  test('cuts a message that is too long and says so', async () => {
    const store = new MemoryObjectStore();
    const log = await LogWriter.open(store, { run: 'r', worker: null, now: clock() });
    log.write('info', 'long', 'x'.repeat(9000));
    await log.flush();
    expect((await readLogs(store, 'r'))[0]?.message).toMatch(/^x{8192}… \(808 characters more\)$/);
  });

  test('says how many lines are missing after the store was away for long', async () => {
    const store = new MemoryObjectStore();
    const put = store.put.bind(store);
    let away = true;
    store.put = (...parameters) =>
      away ? Promise.reject(new CollimatorError('store_unreachable', 'away')) : put(...parameters);
    const log = await LogWriter.open(store, { run: 'r', worker: null, now: clock() });
    for (let line = 0; line < 1000; line++) log.write('info', 'chatter', 'x'.repeat(8000));
    await expect(log.flush()).rejects.toMatchObject({ code: 'store_unreachable' });
    away = false;
    await log.flush();
    const lines = await readLogs(store, 'r');
    const [missing] = lines.filter(({ code }) => code === 'log_dropped');
    expect(missing?.message).toBe(
      `${1000 - (lines.length - 1)} lines are missing here: the store took none for too long`,
    );
    expect(lines.at(-1)).toBe(missing);
  });
});

describe('reading logs', () => {
  test('merges processes by time, and chooses one', async () => {
    const store = new MemoryObjectStore();
    const now = clock();
    const coordinator = await LogWriter.open(store, { run: 'r', worker: null, now });
    const worker = await LogWriter.open(store, { run: 'r', worker: 1, now });
    const other = await LogWriter.open(store, { run: 'r', worker: 11, now });
    coordinator.write('info', 'a', 'first');
    worker.write('info', 'b', 'second');
    coordinator.write('info', 'c', 'third');
    other.write('info', 'd', 'fourth');
    for (const log of [coordinator, worker, other]) await log.flush();
    expect((await readLogs(store, 'r')).map(({ message }) => message)).toEqual(['first', 'second', 'third', 'fourth']);
    expect((await readLogs(store, 'r', { worker: 1 })).map(({ message }) => message)).toEqual(['second']);
  });

  test('follows until the run is over, with processes that begin later', async () => {
    const store = new MemoryObjectStore();
    const now = clock();
    const coordinator = await LogWriter.open(store, { run: 'r', worker: null, now });
    const say = async (worker: number | null, message: string) => {
      const log = worker === null ? coordinator : await LogWriter.open(store, { run: 'r', worker, now });
      log.write('info', 'said', message);
      await log.flush();
    };
    const script = [() => say(null, 'two'), () => say(4, 'three'), () => Promise.resolve(), () => say(null, 'four')];
    await say(null, 'one');
    const seen: string[] = [];
    const lines = followLogs(store, 'r', {
      wait: async () => script.shift()?.(),
      isOver: () => Promise.resolve(script.length === 0),
    });
    for await (const { message } of lines) seen.push(message);
    expect(seen).toEqual(['one', 'two', 'three', 'four']);
  });

  test('of a run without logs gives none', async () => {
    expect(await readLogs(new MemoryObjectStore(), 'r')).toEqual([]);
  });
});
