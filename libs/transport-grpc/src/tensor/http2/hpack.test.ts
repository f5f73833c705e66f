import { once } from 'node:events';
import { createServer as createHttp2Server } from 'node:http2';
import { connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientPreface, Flag, frame, FrameType, settingsFrame } from './frames.ts';
import { FrameReader } from './frame-reader.ts';
import type { Field } from './header-table.ts';
import { encodeFields, HeaderDecoder } from './hpack.ts';
import { decodeHuffman } from './huffman.ts';

function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}

describe('RFC 7541, Appendix C', () => {
  it('C.4.1: decodes a Huffman-coded string', () => {
    expect(decodeHuffman(hex('f1e3 c2e5 f23a 6ba0 ab90 f4ff'))?.toString()).toBe('www.example.com');
  });

  it('C.6: decodes three responses with a table that evicts', () => {
    const decoder = new HeaderDecoder();
    const first = hex(
      '4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3',
    );
    expect([...decoder.decode(first)]).toEqual([
      [':status', '302'],
      ['cache-control', 'private'],
      ['date', 'Mon, 21 Oct 2013 20:13:21 GMT'],
      ['location', 'https://www.example.com'],
    ]);
    expect(decoder.decode(hex('4883 640e ffc1 c0bf')).get(':status')).toBe('307');
  });
});

const text = fc.stringMatching(/^[ -~]{0,300}$/u);

describe('header blocks', () => {
  it('come back as they were encoded', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z-]{1,20}$/u), text), { selector: ([name]) => name }),
        (fields) => {
          expect([...new HeaderDecoder().decode(encodeFields(fields))]).toEqual(fields);
        },
      ),
    );
  });

  it('that are garbage throw an Http2Error or decode, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        try {
          new HeaderDecoder().decode(bytes);
        } catch (error) {
          expect((error as Error).name).toBe('Http2Error');
        }
      }),
    );
  });

  it.each([
    ['an index that does not exist', 'ff00', 'header index 127 does not exist'],
    ['an endless integer', 'ffffffffffff7f', 'a header integer of more than four bytes'],
    ['a string that is cut off', '000561', 'a header string that ends too early'],
    ['a table that is too large', '3fe1ff03', 'a header table larger than advertised'],
    ['a wrong Huffman padding', '008100', 'a header string with a wrong Huffman code'],
  ])('with %s are refused', (_, bytes, message) => {
    expect(() => new HeaderDecoder().decode(hex(bytes))).toThrow(message);
  });

  it('with too much in them are refused', () => {
    const fields = Array.from({ length: 200 }, (_, index): Field => [`name-${index}`, 'x'.repeat(100)]);
    expect(() => new HeaderDecoder().decode(encodeFields(fields))).toThrow('a header list of more than 16384 bytes');
  });
});

it('decodes whatever node:http2 encodes, every character of it', async () => {
  const server = createHttp2Server();
  const everything = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))
    .join('')
    .trim();
  server.on('stream', (stream) => {
    stream.respond({ ':status': 200, 'x-all': everything, 'x-again': everything, 'x-latin': 'é÷ÿ' });
    stream.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const socket = connect(typeof address === 'object' && address !== null ? address.port : 0, '127.0.0.1');
  const decoder = new HeaderDecoder();
  const fields = await new Promise<Map<string, string>>((resolve) => {
    const ignore = (): void => undefined;
    const reader = new FrameReader(
      {
        control: (head, payload) => {
          if (head.type === FrameType.headers) resolve(decoder.decode(payload));
        },
        dataBegins: ignore,
        data: ignore,
        destination: () => undefined,
        filled: ignore,
        dataEnded: ignore,
      },
      16_384,
    );
    socket.on('data', (chunk: Buffer) => {
      reader.read(chunk);
    });
    const request: Field[] = [
      [':method', 'GET'],
      [':scheme', 'http'],
      [':path', '/'],
      [':authority', 'x'],
    ];
    const headers = frame(FrameType.headers, Flag.endHeaders | Flag.endStream, 1, encodeFields(request));
    socket.write(Buffer.concat([clientPreface, settingsFrame([]), headers]));
  });
  expect(fields.get('x-all')).toBe(everything);
  expect(fields.get('x-latin')).toBe('é÷ÿ');
  socket.destroy();
  server.close();
});
