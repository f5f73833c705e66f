import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { collimator, root } from './collimator-command.ts';
import { engineTest } from './engine-test.ts';
import { useStoreWithData } from './trained-store.ts';

/** The `npx collimator` lines of the README, as words, without comments; `FILE` stands for a file of the reader's own. */
async function examples(): Promise<string[][]> {
  const text = await readFile(join(root, 'README.md'), 'utf8');
  return text
    .split('\n')
    .map((line) => /^ {4}npx collimator (.*?)( +#.*)?$/.exec(line)?.[1])
    .filter((line) => line !== undefined)
    .map((line) => line.split(' '));
}

const store = useStoreWithData();

describe('the README', () => {
  engineTest(
    'shows commands that work, one after the other',
    async () => {
      const env = { COLLIMATOR_STORE: store.location };
      const ownFile = join(store.folder, 'cut.npz');
      const output = join(store.folder, 'predictions.csv');
      const shortened = ['--set', 'spec.training.maxSteps=3'];
      const first = await collimator(['train', 'examples/pneumonia.yaml', ...shortened], { env });
      expect(first.stderr).not.toContain('error');
      const commands = await examples();
      expect(commands.length).toBeGreaterThan(7);
      for (const words of commands) {
        const known = words.map((word) => word.replace('chest.npz', ownFile).replace('predictions.csv', output));
        const args = words[0] === 'train' ? [...known, ...shortened] : known;
        const { exitCode, stdout, stderr } = await collimator(args, { env });
        expect({ words, exitCode, stderr: exitCode === 0 ? '' : stdout + stderr }).toEqual({
          words,
          exitCode: 0,
          stderr: '',
        });
      }
      expect((await readFile(output, 'utf8')).split('\n').length).toBe(626);
    },
    300_000,
  );
});
