import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrameHeader, encodeFrameHeader, type FrameHeader } from './frame-header.ts';

const header: FrameHeader = {
  generation: { epoch: 3, number: 17 },
  round: 123_456_789_012,
  state: '00ff10203040abcd',
  node: { level: 2, index: 1 },
  offset: 65_536,
  length: 100,
  vectorLength: 65_636,
  nonFinite: false,
};

function changed(offset: number, value: number): Uint8Array {
  const bytes = encodeFrameHeader(header);
  bytes[offset] = value;
  return bytes;
}

describe('a frame header', () => {
  it('comes back as it was', () => {
    const count = fc.nat({ max: 2 ** 32 - 1 });
    const any = fc.record({
      generation: fc.record({ epoch: count, number: count }),
      round: fc.maxSafeNat(),
      state: fc.stringMatching(/^[0-9a-f]{16}$/u),
      node: fc.record({ level: fc.nat({ max: 30 }), index: count }),
      offset: fc.nat({ max: 2 ** 31 }),
      length: fc.integer({ min: 1, max: 2 ** 18 }),
      nonFinite: fc.boolean(),
    });
    fc.assert(
      fc.property(any, (fields) => {
        const whole = { ...fields, vectorLength: fields.offset + fields.length };
        expect(decodeFrameHeader(encodeFrameHeader(whole), fields.length * 4)).toEqual(whole);
      }),
    );
  });

  it.each([
    [
      'other magic',
      changed(0, 0x50),
      400,
      'protocol_violation',
      'a tensor frame starts with 0x50544601; expected was "CTF"',
    ],
    [
      'another version',
      changed(3, 9),
      400,
      'protocol_version',
      'the peer sends tensor frames of version 9; this build speaks version 1',
    ],
    [
      'a payload of another size',
      encodeFrameHeader(header),
      404,
      'protocol_violation',
      'a tensor frame of 100 floats carries 404 bytes',
    ],
    [
      'no floats',
      encodeFrameHeader({ ...header, length: 0 }),
      0,
      'protocol_violation',
      'holds 0 floats from 65536 of a vector of 65636',
    ],
    [
      'floats past the end',
      encodeFrameHeader({ ...header, length: 101 }),
      404,
      'protocol_violation',
      'holds 101 floats from 65536 of a vector of 65636',
    ],
    [
      'too few bytes',
      encodeFrameHeader(header).subarray(1),
      400,
      'protocol_violation',
      'header of 47 bytes; it has 48',
    ],
  ])('with %s is refused', (_, bytes, payloadBytes, code, message) => {
    const decode = () => decodeFrameHeader(bytes, payloadBytes);
    expect(decode).toThrow(expect.objectContaining({ code }));
    expect(decode).toThrow(message);
  });

  it('of any bytes either decodes within bounds or is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 44, maxLength: 44 }), fc.nat({ max: 2 ** 20 }), (rest, payloadBytes) => {
        const bytes = Buffer.concat([Buffer.from('CTF\u0001', 'latin1'), rest]);
        try {
          const { offset, length, vectorLength } = decodeFrameHeader(bytes, payloadBytes);
          expect(offset + length).toBeLessThanOrEqual(vectorLength);
          expect(length * 4).toBe(payloadBytes);
        } catch (error) {
          expect((error as Error).name).toBe('CollimatorError');
        }
      }),
    );
  });
});
