import { CollimatorError } from '@collimator/errors';
import { MemoryObjectStore, type ObjectStore } from '@collimator/object-store';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChunkReader } from './chunk-reader.ts';
import { ChunkWriter } from './chunk-writer.ts';

async function keysOf(store: ObjectStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list('log/')) keys.push(key);
  return keys;
}

describe('files that grow by objects', () => {
  test('give back every line once and in order, however writing, restarts and reading interleave', async () => {
    const action = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('append' as const), text: fc.string({ maxLength: 40 }) }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('flush' as const, 'read' as const) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 60 }), async (actions) => {
        const store = new MemoryObjectStore();
        const limits = { chunkBytes: 60, waitingBytes: 1e6 };
        const reader = new ChunkReader(store, 'log/');
        let writer = await ChunkWriter.open(store, 'log/', limits);
        const written: string[] = [];
        const read: string[] = [];
        for (const step of actions) {
          if (step.kind === 'append') {
            written.push(JSON.stringify(step.text));
            writer.append(JSON.stringify(step.text));
          } else if (step.kind === 'read') read.push(...(await reader.readNew()));
          else await writer.flush();
          if (step.kind === 'restart') writer = await ChunkWriter.open(store, 'log/', limits);
        }
        await writer.flush();
        read.push(...(await reader.readNew()));
        expect(read).toEqual(written);
        expect(await new ChunkReader(store, 'log/').readNew()).toEqual(written);
      }),
    );
  });

  test('keep lines that come while others are being written', async () => {
    const store = new MemoryObjectStore();
    const writer = await ChunkWriter.open(store, 'log/');
    const put = store.put.bind(store);
    store.put = (key, content, condition) => {
      writer.append('2');
      store.put = put;
      return put(key, content, condition);
    };
    writer.append('1');
    const flushing = writer.flush();
    await flushing;
    writer.append('3');
    await writer.flush();
    expect(await new ChunkReader(store, 'log/').readNew()).toEqual(['1', '2', '3']);
  });

  test('begin a new chunk when one is full', async () => {
    const store = new MemoryObjectStore();
    const writer = await ChunkWriter.open(store, 'log/', { chunkBytes: 10, waitingBytes: 1000 });
    for (let line = 0; line < 6; line++) writer.append('1234');
    await writer.flush();
    expect(await keysOf(store)).toEqual(['log/000000.jsonl', 'log/000001.jsonl', 'log/000002.jsonl']);
    expect(await store.get('log/000000.jsonl')).toHaveLength(10);
  });

  test('take no more lines than may wait, and go on when they are written', async () => {
    const store = new MemoryObjectStore();
    const writer = await ChunkWriter.open(store, 'log/', { chunkBytes: 10, waitingBytes: 10 });
    expect([writer.append('1234'), writer.append('1234'), writer.append('1')]).toEqual([true, true, false]);
    await writer.flush();
    expect(writer.append('1')).toBe(true);
  });

  test('lose nothing while the store fails', async () => {
    const store = new MemoryObjectStore();
    const put = store.put.bind(store);
    let broken = true;
    store.put = (...parameters) =>
      broken ? Promise.reject(new CollimatorError('store_full', 'full')) : put(...parameters);
    const writer = await ChunkWriter.open(store, 'log/');
    writer.append('first');
    await expect(writer.flush()).rejects.toMatchObject({ code: 'store_full' });
    broken = false;
    writer.append('second');
    await writer.flush();
    expect(await new ChunkReader(store, 'log/').readNew()).toEqual(['first', 'second']);
  });

  test('keep the lines of two writers apart', async () => {
    const store = new MemoryObjectStore();
    const writers = [await ChunkWriter.open(store, 'log/'), await ChunkWriter.open(store, 'log/')];
    for (const [index, writer] of writers.entries()) {
      writer.append(`writer ${index}`);
      await writer.flush();
    }
    expect(await new ChunkReader(store, 'log/').readNew()).toEqual(['writer 0', 'writer 1']);
  });
});
