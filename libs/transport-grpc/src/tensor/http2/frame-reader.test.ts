import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Flag, frame, type FrameHead, FrameType } from './frames.ts';
import { type FrameHandler, FrameReader } from './frame-reader.ts';

/** Collects what a reader finds; data goes to destinations whenever at least `direct` bytes are expected. */
class Collector implements FrameHandler {
  readonly found: string[] = [];
  readonly #direct: number;
  #data: number[] = [];
  #place = new Uint8Array();

  constructor(direct: number) {
    this.#direct = direct;
  }

  control(head: FrameHead, payload: Buffer): void {
    this.found.push(`${head.type} ${head.stream} ${payload.toString('hex')}`);
  }

  dataBegins(): void {
    this.#data = [];
  }

  data(_: number, bytes: Uint8Array): void {
    this.#data.push(...bytes);
  }

  destination(_: number, bytes: number): Uint8Array | undefined {
    if (bytes < this.#direct) return undefined;
    this.#place = new Uint8Array(bytes);
    return this.#place;
  }

  filled(_: number, bytes: number): void {
    this.#data.push(...this.#place.subarray(0, bytes));
  }

  dataEnded(stream: number, endStream: boolean): void {
    this.found.push(`data ${stream} ${endStream ? 'last ' : ''}${Buffer.from(this.#data).toString('hex')}`);
  }
}

const control = fc.record({ type: fc.constantFrom(FrameType.ping, 77), payload: fc.uint8Array({ maxLength: 30 }) });
const data = fc.record({
  payload: fc.uint8Array({ maxLength: 80 }),
  pad: fc.option(fc.nat({ max: 20 })),
  last: fc.boolean(),
});

function encode(
  item: { type: number; payload: Uint8Array } | { payload: Uint8Array; pad: number | null; last: boolean },
): Buffer {
  if ('type' in item) return frame(item.type, 0, 3, item.payload);
  const { payload, pad, last } = item;
  const flags = (last ? Flag.endStream : 0) | (pad === null ? 0 : Flag.padded);
  const padded = pad === null ? payload : Buffer.concat([Buffer.of(pad), payload, Buffer.alloc(pad, 0xee)]);
  return frame(FrameType.data, flags, 5, padded);
}

function expected(item: Parameters<typeof encode>[0]): string {
  const bytes = Buffer.from(item.payload).toString('hex');
  return 'type' in item ? `${item.type} 3 ${bytes}` : `data 5 ${item.last ? 'last ' : ''}${bytes}`;
}

describe('a frame reader', () => {
  it('finds the same frames however the bytes are cut, through buffers and destinations', () => {
    const items = fc.array(fc.oneof(control, data), { maxLength: 12 });
    fc.assert(
      fc.property(
        items,
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        fc.integer({ min: 1, max: 60 }),
        (frames, cuts, direct) => {
          const collector = new Collector(direct);
          const reader = new FrameReader(collector, 16_384);
          let rest = Buffer.concat(frames.map(encode));
          for (let turn = 0; rest.length > 0; turn++) {
            const size = cuts[turn % cuts.length] ?? 1;
            const place = reader.destination();
            const part = rest.subarray(0, Math.min(size, place?.length ?? size));
            if (place === undefined) reader.read(part);
            else {
              place.set(part);
              reader.filled(part.length);
            }
            rest = rest.subarray(part.length);
          }
          expect(collector.found).toEqual(frames.map(expected));
        },
      ),
    );
  });

  it.each([
    [
      'more padding than frame',
      frame(FrameType.data, Flag.padded, 1, Buffer.from([9, 1, 2])),
      'more padding than frame',
    ],
    ['a padded frame of no bytes', frame(FrameType.data, Flag.padded, 1), 'a padded frame of no bytes'],
    [
      'data of more than it allows',
      frame(FrameType.data, 0, 1, Buffer.alloc(101)),
      'a frame of 101 bytes; allowed are 100',
    ],
    [
      'a control frame that is too large',
      frame(FrameType.ping, 0, 0, Buffer.alloc(16_385)),
      'a frame of 16385 bytes; allowed are 16384',
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => {
      new FrameReader(new Collector(1000), 100).read(bytes);
    }).toThrow(message);
  });
});
