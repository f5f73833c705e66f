import {
  type DatasetCard,
  type DatasetIndex,
  importNpz,
  listDatasetNames,
  listTestReads,
  openDataset,
  verifyDataset,
} from '@collimator/datasets';
import type { ObjectStore } from '@collimator/object-store';
import { type Command, Option } from 'commander';
import { type CommandLine, type CommonOptions, openStore, withCommonOptions } from '../command-line.ts';
import { readInputFile } from '../input-file.ts';
import { readCatalogue } from '../datasets/catalogue.ts';
import { explainingClasses } from '../datasets/explain-classes.ts';
import { sha256OfBytes } from '../sha256.ts';
import { ProgressLine } from '../terminal/progress-line.ts';
import { renderDataset, renderDatasets } from '../views/dataset-view.ts';

interface ImportFlags extends CommonOptions {
  readonly name: string;
  readonly ifMissing?: boolean;
  readonly classes?: string;
  readonly modality?: string;
  readonly licence?: string;
  readonly source?: string;
  readonly splitByPatient: DatasetCard['splitsByPatient'];
}

/** `datasets import | list | show | verify` */
export function addDatasetCommands(program: Command, line: CommandLine): void {
  const datasets = program.command('datasets').description('import, list, show or verify data sets').helpCommand(false);
  addImport(datasets, line);
  withCommonOptions(datasets.command('list'))
    .description('list the data sets of the store')
    .action((options: CommonOptions) => list(line, options));
  withCommonOptions(datasets.command('show').argument('<name>'))
    .description('show a data set: classes, splits, origin, and who has read its test split')
    .action((name: string, options: CommonOptions) => show(line, name, options));
  withCommonOptions(datasets.command('verify').argument('<name>'))
    .description('read every shard of a data set and compare its hash')
    .action((name: string, options: CommonOptions) => verify(line, name, options));
}

function addImport(datasets: Command, line: CommandLine): void {
  withCommonOptions(datasets.command('import').argument('<file>', 'a MedMNIST-style npz file, 2D or 3D'))
    .description('import an npz file: checked whole, kept as hashed shards')
    .requiredOption('--name <name>', 'how jobs will call it')
    .option('--if-missing', 'do nothing where the same file has been imported under this name')
    .option('--classes <names>', 'names of the classes in label order, separated by commas')
    .option('--modality <text>', 'for the card, such as CR or CT')
    .option('--licence <text>', 'for the card')
    .option('--source <text>', 'for the card: where the file came from')
    .addOption(
      new Option('--split-by-patient <answer>', 'for the card: whether each patient is in one split only')
        .choices(['yes', 'no', 'unknown'])
        .default('unknown'),
    )
    .action((file: string, flags: ImportFlags) => importFile(line, file, flags));
}

async function importFile(line: CommandLine, path: string, flags: ImportFlags): Promise<void> {
  const store = await openStore(line, flags);
  const file = await readInputFile(path, {
    kind: 'npz file',
    code: 'dataset_missing',
    next: 'Name a file, such as: npx collimator datasets import examples/data/pneumoniamnist.npz --name pneumoniamnist',
  });
  const present = flags.ifMissing === true ? await sameImport(store, flags.name, file) : undefined;
  const dataset = present ?? (await importBytes(line, store, file, flags));
  if (line.output.json) line.output.printJson(dataset);
  else
    line.output.print([
      `Data set ${dataset.name} ${present === undefined ? 'is imported' : 'is there already'}: sha256 ${dataset.sha256}`,
    ]);
}

/** The data set of this name, where it came from this very file. */
async function sameImport(store: ObjectStore, name: string, file: Uint8Array): Promise<DatasetIndex | undefined> {
  if (!(await listDatasetNames(store)).includes(name)) return undefined;
  const dataset = await openDataset(store, name, sha256OfBytes);
  return dataset.card.provenance.sha256 === sha256OfBytes(file) ? dataset : undefined;
}

async function importBytes(
  line: CommandLine,
  store: ObjectStore,
  file: Uint8Array,
  flags: ImportFlags,
): Promise<DatasetIndex> {
  const progress = new ProgressLine(line.output);
  const { name, modality, licence, source, splitByPatient } = flags;
  const classes = flags.classes?.split(',').map((text) => text.trim());
  try {
    return await importNpz(file, {
      name,
      store,
      sha256: sha256OfBytes,
      now: () => new Date(line.now()),
      splitsByPatient: splitByPatient,
      ...(source === undefined ? {} : { source }),
      ...(modality === undefined ? {} : { modality }),
      ...(licence === undefined ? {} : { licence }),
      ...(classes === undefined ? {} : { classes }),
      onProgress: ({ samples, totalSamples }) => {
        progress.show(`importing ${name}`, samples, totalSamples, 'samples');
      },
    });
  } catch (thrown) {
    throw explainingClasses(thrown, classes);
  } finally {
    progress.end();
  }
}

async function list(line: CommandLine, options: CommonOptions): Promise<void> {
  const list = await readCatalogue(await openStore(line, options));
  if (line.output.json) line.output.printJson({ formatVersion: 1, ...list });
  else line.output.print(renderDatasets(list));
}

async function show(line: CommandLine, name: string, options: CommonOptions): Promise<void> {
  const store = await openStore(line, options);
  const dataset = await openDataset(store, name, sha256OfBytes);
  const testReads = await listTestReads(store, name);
  if (line.output.json) line.output.printJson({ ...dataset, testReads });
  else line.output.print(renderDataset(dataset, testReads));
}

async function verify(line: CommandLine, name: string, options: CommonOptions): Promise<void> {
  const store = await openStore(line, options);
  const dataset = await openDataset(store, name, sha256OfBytes);
  const progress = new ProgressLine(line.output);
  try {
    await verifyDataset(store, dataset, sha256OfBytes, ({ shards, totalShards }) => {
      progress.show(`verifying ${name}`, shards, totalShards, 'shards');
    });
  } finally {
    progress.end();
  }
  const shards = dataset.content.shards.length;
  if (line.output.json) line.output.printJson({ formatVersion: 1, name, sha256: dataset.sha256, shards, intact: true });
  else line.output.print([`Data set ${name} is intact: ${shards} shards, sha256 ${dataset.sha256}`]);
}
