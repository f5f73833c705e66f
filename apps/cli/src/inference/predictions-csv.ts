import type { Predictions } from './predict-file.ts';

/** Class probabilities as CSV (RFC 4180): `sample,probability_<class>…,predicted`, one row for each image in the file's order. */
export function classificationCsv({ samples, width, values }: Predictions, classes: readonly string[]): string {
  const header = ['sample', ...classes.map((name) => `probability_${name}`), 'predicted'];
  const rows = Array.from({ length: samples }, (_, sample) => {
    const row = values.subarray(sample * width, (sample + 1) * width);
    return [String(sample), ...Array.from(row, shortest), classes[largestPlace(row)] ?? ''];
  });
  return toCsv([header, ...rows]);
}

/** Regressed values as CSV: `sample,value_0…`. */
export function regressionCsv({ samples, width, values }: Predictions): string {
  const header = ['sample', ...Array.from({ length: width }, (_, place) => `value_${place}`)];
  const rows = Array.from({ length: samples }, (_, sample) => [
    String(sample),
    ...Array.from(values.subarray(sample * width, (sample + 1) * width), shortest),
  ]);
  return toCsv([header, ...rows]);
}

/** Nine digits keep every bit of a float32. */
function shortest(value: number): string {
  return String(Number(value.toPrecision(9)));
}

/** The first of the largest values, as the accuracy counts it. */
function largestPlace(row: Float32Array): number {
  return row.reduce((best, value, place) => (value > (row[best] ?? Number.NEGATIVE_INFINITY) ? place : best), 0);
}

function toCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(quoted).join(',')}\n`).join('');
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
