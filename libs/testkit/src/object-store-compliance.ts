import { CollimatorError, type ErrorCode } from '@collimator/errors';
import { type ObjectInfo, type ObjectStore } from '@collimator/object-store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** A store to be tested, empty, and how to remove it. */
export interface StoreUnderTest {
  readonly store: ObjectStore;
  readonly dispose?: () => Promise<void>;
}

/** What every object store must do; registers its tests with Vitest. */
export function objectStoreCompliance(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} as an object store`, () => {
    let subject: StoreUnderTest;
    let store: ObjectStore;

    beforeEach(async () => {
      subject = await open();
      store = subject.store;
    });
    afterEach(() => subject.dispose?.());

    it('returns what was put, and what is known of it', async () => {
      const info = await store.put('runs/a/run.json', bytes('first'));
      expect(text(await store.get('runs/a/run.json'))).toBe('first');
      expect(info).toMatchObject({ key: 'runs/a/run.json', bytes: 5 });
      expect(await store.head('runs/a/run.json')).toEqual(info);
    });

    it('keeps its own copy of what was put, and gives plain arrays', async () => {
      const content = Buffer.from('first');
      await store.put('key', content);
      content.fill(0);
      for (const read of [await store.get('key'), await store.getRange('key', 0, 2)]) {
        expect(Object.getPrototypeOf(read)).toBe(Uint8Array.prototype);
      }
      (await store.get('key')).fill(1);
      expect(text(await store.get('key'))).toBe('first');
    });

    it('keeps empty and large objects', async () => {
      const large = new Uint8Array(3_000_001).map((_, index) => index % 251);
      await store.put('empty', new Uint8Array(0));
      await store.put('large', large);
      expect(await store.get('empty')).toHaveLength(0);
      expect(Buffer.compare(await store.get('large'), large)).toBe(0);
    });

    it('gives every change of content another version', async () => {
      const versions = new Set<string>();
      for (let change = 0; change < 50; change += 1)
        versions.add((await store.put('key', bytes(String(change % 10)))).version);
      expect(versions.size).toBe(50);
    });

    describe('ranges', () => {
      const cases = [
        { from: 0, length: 3, found: '012' },
        { from: 4, length: 4, found: '4567' },
        { from: 8, length: 10, found: '89' },
        { from: 10, length: 1, found: '' },
        { from: 99, length: 1, found: '' },
        { from: 3, length: 0, found: '' },
      ];
      it.each(cases)('reads $length bytes from $from', async ({ from, length, found }) => {
        await store.put('digits', bytes('0123456789'));
        expect(text(await store.getRange('digits', from, length))).toBe(found);
      });
    });

    describe('what is not there', () => {
      it('is an error to read, by name and store', async () => {
        await store.put('runs/a/run.json', bytes('x'));
        for (const key of ['absent', 'runs/b/run.json', 'runs', 'runs/a/run.json/deeper']) {
          for (const read of [() => store.get(key), () => store.getRange(key, 0, 1)]) {
            const error = await failureOf(read());
            expect(error.code).toBe('object_missing');
            expect(error.message).toContain(`"${key}"`);
            expect(error.message).toContain(store.location);
            expect(error.next).toBeDefined();
          }
        }
      });

      it('has no head, and may be deleted', async () => {
        expect(await store.head('absent')).toBeUndefined();
        await store.delete('absent');
        await store.delete('far/absent');
      });

      it('is what was deleted', async () => {
        await store.put('key', bytes('x'));
        await store.delete('key');
        expect(await store.head('key')).toBeUndefined();
      });
    });

    describe('conditions', () => {
      it('absent: one of many at once succeeds, the others learn that it exists', async () => {
        const writers = Array.from({ length: 8 }, (_, writer) =>
          store.put('key', bytes(String(writer)), { kind: 'absent' }),
        );
        const outcomes = await Promise.allSettled(writers);
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        expect(codesOf(outcomes)).toEqual(Array<ErrorCode>(7).fill('object_exists'));
        const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
        expect(text(await store.get('key'))).toBe(String(winner));
      });

      it('absent: possible again after a delete', async () => {
        await store.put('key', bytes('old'), { kind: 'absent' });
        await store.delete('key');
        await store.put('key', bytes('new'), { kind: 'absent' });
        expect(text(await store.get('key'))).toBe('new');
      });

      it('version: counts without losing an addition', async () => {
        await store.put('count', bytes('0'));
        await Promise.all(Array.from({ length: 5 }, () => increment(store, 'count', 4)));
        expect(text(await store.get('count'))).toBe('20');
      });

      it('version: a changed or deleted object is named with both versions', async () => {
        const first = await store.put('key', bytes('1'));
        const second = await store.put('key', bytes('2'));
        const changed = await failureOf(store.put('key', bytes('3'), { kind: 'version', version: first.version }));
        expect(changed.code).toBe('object_changed');
        expect(changed.message).toContain(first.version);
        expect(changed.message).toContain(second.version);
        await store.delete('key');
        const gone = await failureOf(store.put('key', bytes('3'), { kind: 'version', version: second.version }));
        expect(gone.code).toBe('object_changed');
        expect(await store.head('key')).toBeUndefined();
      });
    });

    describe('listing', () => {
      const keys = ['a', 'b-1/x', 'b.json', 'b/c/d', 'b/c0', 'b/c1/e', 'bc', 'Z'];

      it.each([
        { prefix: '', found: ['Z', 'a', 'b-1/x', 'b.json', 'b/c/d', 'b/c0', 'b/c1/e', 'bc'] },
        { prefix: 'b', found: ['b-1/x', 'b.json', 'b/c/d', 'b/c0', 'b/c1/e', 'bc'] },
        { prefix: 'b/', found: ['b/c/d', 'b/c0', 'b/c1/e'] },
        { prefix: 'b/c', found: ['b/c/d', 'b/c0', 'b/c1/e'] },
        { prefix: 'b/c/', found: ['b/c/d'] },
        { prefix: 'nothing/', found: [] },
      ])('finds the keys under "$prefix" in their order', async ({ prefix, found }) => {
        for (const key of keys) await store.put(key, bytes(key));
        const listed = await collect(store.list(prefix));
        expect(listed.map(({ key }) => key)).toEqual(found);
        for (const info of listed) expect(info).toEqual(await store.head(info.key));
      });

      it('of an empty store finds nothing', async () => {
        expect(await collect(store.list(''))).toEqual([]);
      });
    });

    it.each(['', '/a', 'a/', 'a//b', '..', 'a/../b', './a', '.hidden', 'a\\b', 'a\0b', 'ä', 'a b', 'x'.repeat(201)])(
      'refuses the key %j',
      async (key) => {
        const reads = [() => store.get(key), () => store.getRange(key, 0, 1), () => store.head(key)];
        const uses = [...reads, () => store.put(key, bytes('x')), () => store.delete(key)];
        for (const use of uses) expect(await failureOf(use())).toMatchObject({ code: 'usage' });
      },
    );
  });
}

async function increment(store: ObjectStore, key: string, times: number): Promise<void> {
  for (let done = 0; done < times;) {
    const head = await store.head(key);
    const count = Number(text(await store.get(key)));
    if (head === undefined || head.version !== (await store.head(key))?.version) continue;
    const put = store.put(key, bytes(String(count + 1)), { kind: 'version', version: head.version });
    done += await put.then(
      () => 1,
      (error: unknown) =>
        CollimatorError.from(error).code === 'object_changed' ? 0 : Promise.reject(CollimatorError.from(error)),
    );
  }
}

async function collect(listing: AsyncIterable<ObjectInfo>): Promise<ObjectInfo[]> {
  const found: ObjectInfo[] = [];
  for await (const info of listing) found.push(info);
  return found;
}

async function failureOf(outcome: Promise<unknown>): Promise<CollimatorError> {
  return outcome.then(
    () => Promise.reject(new Error('expected a failure')),
    (error: unknown) => CollimatorError.from(error),
  );
}

function codesOf(outcomes: readonly PromiseSettledResult<unknown>[]): ErrorCode[] {
  return outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [CollimatorError.from(outcome.reason).code] : [],
  );
}

function bytes(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

function text(content: Uint8Array): string {
  return new TextDecoder().decode(content);
}
