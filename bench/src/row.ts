/** One line of a benchmark: two medians from one interleaved run. `ratio` above 1 is better for us. */
export interface Row {
  readonly name: string;
  readonly ours: number;
  readonly theirs: number;
  readonly unit: string;
  readonly ratio: number;
  /** The ratio that we want to reach; none where another row has the stronger side. */
  readonly aim?: number;
}

/** Values where less is better. */
export function timeRow(name: string, ours: number, theirs: number, aim?: number): Row {
  return { name, ours, theirs, unit: 'ms', ratio: theirs / ours, ...(aim === undefined ? {} : { aim }) };
}

/** Rows of our median against each other side's; the aim is to be as fast as the fastest of them. */
export function rowsAgainst(name: string, medians: ReadonlyMap<string, number>): Row[] {
  const ours = medians.get('ours') ?? Number.NaN;
  const others = [...medians].filter(([side]) => side !== 'ours');
  const best = Math.min(...others.map(([, time]) => time));
  return others.map(([side, time]) => timeRow(`${name} ${side}`, ours, time, time === best ? 1 : undefined));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** A plain table for people. */
export function renderTable(rows: readonly Row[]): string {
  const cells = [
    ['', 'ours', 'theirs', 'unit', 'ratio', 'aim', ''],
    ...rows.map((row) => [
      row.name,
      row.ours.toPrecision(4),
      row.theirs.toPrecision(4),
      row.unit,
      row.ratio.toFixed(2),
      row.aim?.toFixed(2) ?? '',
      verdict(row),
    ]),
  ];
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0))) ?? [];
  return cells
    .map((line) =>
      line
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    )
    .join('\n');
}

function verdict({ ratio, aim }: Row): string {
  if (aim === undefined) return '';
  return ratio >= aim ? 'met' : 'falls short';
}
