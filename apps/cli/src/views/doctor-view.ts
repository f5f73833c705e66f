import { renderPairs } from '../output/table.ts';
import type { Settings } from '../settings/settings.ts';

/** One thing that was looked at. */
export interface DoctorCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  /** What to do; only where it is not ok. */
  readonly remedy?: string;
}

/** Every check, each failure with its remedy, and where each setting comes from. */
export function renderDoctor(checks: readonly DoctorCheck[], settings: Settings): string[] {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return [
    ...checks.flatMap((check) => checkLines(check, width)),
    '',
    'settings',
    ...renderPairs(Object.entries(settings).map(([name, { value, origin }]) => [`  ${name}`, `${value}  (${origin})`])),
  ];
}

function checkLines({ name, ok, found, remedy }: DoctorCheck, width: number): string[] {
  const line = `${ok ? 'ok  ' : 'FAIL'}  ${name.padEnd(width)}  ${found}`;
  return remedy === undefined || ok ? [line] : [line, `${' '.repeat(width + 8)}remedy: ${remedy}`];
}
