/** The string code of HPACK (RFC 7541, Appendix B). The code is canonical, so the length of each symbol's code defines it. */
const codeLengths = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28,
  28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6,
  5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23,
  22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22,
  23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26,
  20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27,
  27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27,
  27, 27, 27, 26, 30,
];

const endOfString = 256;

/** Symbol by length and code: `length * 2^30 + code`. */
const symbols = canonicalCode();

function canonicalCode(): ReadonlyMap<number, number> {
  const byLength = codeLengths.map((length, symbol) => ({ length, symbol })).sort((a, b) => a.length - b.length);
  const code = new Map<number, number>();
  let next = 0;
  let length = 0;
  for (const entry of byLength) {
    next *= 2 ** (entry.length - length);
    length = entry.length;
    code.set(key(length, next), entry.symbol);
    next += 1;
  }
  return code;
}

function key(length: number, bits: number): number {
  return length * 2 ** 30 + bits;
}

/** Decodes a Huffman-coded string; undefined when the bits are no such string (a wrong code, or padding that is not ones). */
export function decodeHuffman(bytes: Uint8Array): Buffer | undefined {
  const decoded: number[] = [];
  let bits = 0;
  let length = 0;
  for (const byte of bytes) {
    for (let shift = 7; shift >= 0; shift--) {
      bits = bits * 2 + ((byte >> shift) & 1);
      length += 1;
      const symbol = symbols.get(key(length, bits));
      if (symbol === endOfString || length > 30) return undefined;
      if (symbol === undefined) continue;
      decoded.push(symbol);
      bits = length = 0;
    }
  }
  const paddedWithOnes = length < 8 && bits === 2 ** length - 1;
  return paddedWithOnes ? Buffer.from(decoded) : undefined;
}
