import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { StateDigest } from './state-digest.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const initial = 'ab'.repeat(32);

describe('the state digest', () => {
  it('is the hash of the digest before and the hashes of all blocks', () => {
    const blocks = [Buffer.from('first block'), Buffer.from('second')];
    const digest = new StateDigest(initial, sha256);
    for (const block of blocks) digest.add(block);
    const expected = sha256(Buffer.concat([Buffer.from(initial, 'hex'), ...blocks.map(sha256)]));
    expect(digest.finishRound()).toBe(Buffer.from(expected).toString('hex'));
    expect(digest.digest).toBe(Buffer.from(expected).toString('hex'));
  });

  it('depends on every round before', () => {
    const after = (...rounds: string[]): string => {
      const digest = new StateDigest(initial, sha256);
      for (const round of rounds) {
        digest.add(Buffer.from(round));
        digest.finishRound();
      }
      return digest.digest;
    };
    expect(after('a', 'b')).toBe(after('a', 'b'));
    expect(new Set([after(), after('a'), after('b'), after('a', 'b'), after('b', 'a')]).size).toBe(5);
  });
});
