import { describe, expect, test } from 'vitest';
import { randomWords } from './philox.ts';

/** The known answers that Random123 publishes for `philox4x32 10` (its file kat_vectors). */
const knownAnswers = [
  {
    counter: [0, 0, 0, 0],
    key: [0, 0],
    words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  },
  {
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
] as const;

describe('Philox4x32-10', () => {
  test.each(knownAnswers)('agrees with Random123 for counter $counter', ({ counter, key, words }) => {
    expect(randomWords(key, counter)).toEqual(words);
  });

  test('every input word changes every output word', () => {
    const reference = randomWords([1, 2], [3, 4, 5, 6]);
    const changed = [
      randomWords([0, 2], [3, 4, 5, 6]),
      randomWords([1, 0], [3, 4, 5, 6]),
      randomWords([1, 2], [0, 4, 5, 6]),
      randomWords([1, 2], [3, 0, 5, 6]),
      randomWords([1, 2], [3, 4, 0, 6]),
      randomWords([1, 2], [3, 4, 5, 0]),
    ];
    for (const words of changed) {
      words.forEach((word, index) => {
        expect(word).not.toBe(reference[index]);
      });
    }
  });
});
