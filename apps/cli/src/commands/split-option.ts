import { splits } from '@collimator/datasets';
import { Option } from 'commander';

/** `--split train | val | test` */
export function splitOption(meaning: string): Option {
  return new Option('--split <split>', meaning).choices(splits);
}
