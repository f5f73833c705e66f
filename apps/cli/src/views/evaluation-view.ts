import { formatCount, formatPercent } from '../output/quantities.ts';
import { type Column, renderTable } from '../output/table.ts';

/** A metric with the bounds of its 95 % interval, where one was drawn. */
export interface MetricValue {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

/** Counts of samples, one row for each true class, one column for each predicted class. */
export interface ConfusionMatrix {
  readonly classes: readonly string[];
  readonly counts: readonly (readonly number[])[];
}

/** What was measured on one split. */
export interface EvaluationResult {
  readonly split: string;
  readonly samples?: number;
  readonly metrics: Readonly<Record<string, MetricValue>>;
  readonly confusion?: ConfusionMatrix;
}

/** Metrics with their intervals and, for a classification, the confusion matrix. */
export function renderEvaluation({ split, samples, metrics, confusion }: EvaluationResult): string[] {
  return [
    samples === undefined ? `${split} split` : `${split} split, ${formatCount(samples)} samples`,
    ...indent(renderTable(metricColumns, Object.entries(metrics).map(metricRow))),
    ...(confusion === undefined ? [] : ['', ...renderConfusion(confusion)]),
  ];
}

/** The confusion matrix, with the share of each true class that was found. */
export function renderConfusion({ classes, counts }: ConfusionMatrix): string[] {
  const columns: Column[] = [
    { title: 'true \\ predicted' },
    ...classes.map((title) => ({ title, align: 'right' }) as const),
    { title: 'found', align: 'right' },
  ];
  const rows = classes.map((name, index) => confusionRow(name, counts[index] ?? [], index));
  return ['confusion matrix', ...indent(renderTable(columns, rows))];
}

const metricColumns = [
  { title: 'metric' },
  { title: 'value', align: 'right' },
  { title: '95 % interval', align: 'right' },
] as const;

function metricRow([name, { value, low, high }]: [string, MetricValue]): string[] {
  const interval = low === undefined || high === undefined ? '' : `${low.toFixed(4)} to ${high.toFixed(4)}`;
  return [name, value.toFixed(4), interval];
}

function confusionRow(name: string, counts: readonly number[], index: number): string[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const found = total === 0 ? '' : formatPercent((counts[index] ?? 0) / total);
  return [name, ...counts.map(formatCount), found];
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
