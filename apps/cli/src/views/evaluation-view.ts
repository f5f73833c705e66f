import type { EvaluationSummary } from '@collimator/runs';
import { formatCount, formatPercent } from '../output/quantities.ts';
import { type Column, renderTable } from '../output/table.ts';

type ConfusionMatrix = NonNullable<EvaluationSummary['confusion']>;
type MetricInterval = EvaluationSummary['metrics'][string];

/** Metrics with their 95 % intervals and, for a classification, the confusion matrix. */
export function renderEvaluation({ split, step, metrics, confusion }: EvaluationSummary): string[] {
  return [
    `${split} split, weights of step ${step}`,
    ...indent(renderTable(metricColumns, Object.entries(metrics).map(metricRow))),
    ...(confusion === undefined ? [] : ['', ...renderConfusion(confusion)]),
  ];
}

/** The confusion matrix, with the share of each true class that was found. */
function renderConfusion({ classes, counts }: ConfusionMatrix): string[] {
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

function metricRow([name, { value, low, high }]: [string, MetricInterval]): string[] {
  const interval = low === null || high === null ? '' : `${low.toFixed(4)} to ${high.toFixed(4)}`;
  return [name, value === null ? 'undefined' : value.toFixed(4), interval];
}

function confusionRow(name: string, counts: readonly number[], index: number): string[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const found = total === 0 ? '' : formatPercent((counts[index] ?? 0) / total);
  return [name, ...counts.map(formatCount), found];
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
