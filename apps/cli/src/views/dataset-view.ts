import type { DatasetIndex, RecordedRead, Split } from '@collimator/datasets';
import type { Catalogue, UnreadableDataset } from '../datasets/catalogue.ts';
import { formatBytes, formatCount, formatMoment } from '../output/quantities.ts';
import { renderPairs, renderTable } from '../output/table.ts';

const splits: readonly Split[] = ['train', 'val', 'test'];

const listColumns = [
  { title: 'name' },
  { title: 'image' },
  { title: 'classes', align: 'right' },
  ...splits.map((title) => ({ title, align: 'right' }) as const),
  { title: 'sha256' },
] as const;

/** One line for each data set; below, those that cannot be read. */
export function renderDatasets({ datasets, unreadable }: Catalogue): string[] {
  if (datasets.length + unreadable.length === 0) {
    return ['No data sets. Import one with: npx collimator datasets import FILE.npz --name NAME'];
  }
  const table = datasets.length === 0 ? [] : renderTable(listColumns, datasets.map(listRow));
  return [...table, ...unreadable.map(unreadableLine)];
}

/** All that is known of a data set, and who has read its test split. */
export function renderDataset(dataset: DatasetIndex, testReads: readonly RecordedRead[]): string[] {
  const { name, importedAt, sha256, content, card } = dataset;
  return [
    ...renderPairs([
      ['data set', name],
      ['sha256', sha256],
      ['imported', formatMoment(importedAt)],
      ['image', imageForm(dataset)],
      ['shards', `${content.shards.length}, ${formatBytes(content.shards.reduce((sum, { bytes }) => sum + bytes, 0))}`],
      ['modality', card.modality],
      ['licence', card.licence],
      ['split by patient', card.splitsByPatient],
      ['source', `${card.provenance.source}, ${formatBytes(card.provenance.bytes)}, sha256 ${card.provenance.sha256}`],
      ...card.notes.map((note) => ['note', note] as const),
    ]),
    '',
    ...renderClassCounts(dataset),
    '',
    ...renderTestReads(testReads),
  ];
}

/** `28×28×1 u1`: height, width, channels (or depth first) and the kept type. */
function imageForm({ content }: DatasetIndex): string {
  return `${content.image.shape.join('×')} ${content.image.dtype}`;
}

function listRow(dataset: DatasetIndex): string[] {
  const { name, sha256, content } = dataset;
  return [
    name,
    imageForm(dataset),
    String(content.label.classes.length),
    ...splits.map((split) => formatCount(content.splits[split].samples)),
    sha256.slice(0, 12),
  ];
}

function unreadableLine({ name, error }: UnreadableDataset): string {
  return `${name}  cannot be read: ${error.message}`;
}

function renderClassCounts({ content }: DatasetIndex): string[] {
  const columns = [{ title: 'class' }, ...splits.map((title) => ({ title, align: 'right' }) as const)];
  const rows = content.label.classes.map((name, label) => [
    name,
    ...splits.map((split) => formatCount(content.splits[split].classCounts[label] ?? 0)),
  ]);
  return renderTable(columns, [...rows, ['all', ...splits.map((split) => formatCount(content.splits[split].samples))]]);
}

function renderTestReads(reads: readonly RecordedRead[]): string[] {
  if (reads.length === 0) return ['The test split has not been read.'];
  const columns = [{ title: 'test split read at' }, { title: 'by' }, { title: 'run' }];
  return renderTable(
    columns,
    reads.map(({ at, who, run }) => [formatMoment(at), who, run]),
  );
}
