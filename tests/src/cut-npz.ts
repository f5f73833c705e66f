import { readFile } from 'node:fs/promises';
import { type SplitArrays, readImageArrays } from '@collimator/datasets';
import { byteArray, npzFile } from '@collimator/testkit';

/** The bytes of an npz file with the first samples of each split of PneumoniaMNIST. */
export async function cutPneumonia(
  file: string,
  samples: Readonly<Record<'train' | 'val' | 'test', number>>,
): Promise<Uint8Array> {
  const { splits } = readImageArrays(await readFile(file));
  const arrays = (['train', 'val', 'test'] as const).flatMap((split) => {
    const { images, labels }: SplitArrays = splits[split];
    const count = samples[split];
    return [
      [`${split}_images`, byteArray([count, 28, 28], (place) => images[place] ?? 0)] as const,
      [`${split}_labels`, byteArray([count, 1], (place) => labels[place] ?? 0)] as const,
    ];
  });
  return npzFile(Object.fromEntries(arrays));
}
