import { formatBytes } from '../output/quantities.ts';

/** What an engine set-up is doing: as the engine reports it. */
export interface SetupStep {
  readonly phase: string;
  /** One line for people, with the size where something is fetched. */
  readonly message: string;
  /** Both 0 where there is nothing to count. */
  readonly bytesDone: number;
  readonly bytesTotal: number;
}

const barWidth = 24;

/** `download  TensorFlow 2.21.0 (274 MB)  [######..................]  25 %  68 MB of 274 MB` */
export function renderSetupStep({ phase, message, bytesDone, bytesTotal }: SetupStep, columns: number): string {
  const parts = [
    phase,
    message,
    ...(bytesTotal > 0 ? [bar(bytesDone / bytesTotal), amount(bytesDone, bytesTotal)] : []),
  ];
  return parts.join('  ').slice(0, columns);
}

/** Tenths that are done: what decides whether a line for files is worth writing. */
export function setupTenths({ bytesDone, bytesTotal }: SetupStep): number {
  return bytesTotal === 0 ? 0 : Math.floor((bytesDone / bytesTotal) * 10);
}

function bar(share: number): string {
  const filled = Math.floor(Math.min(1, share) * barWidth);
  const percent = `${Math.floor(Math.min(1, share) * 100)} %`.padStart(5);
  return `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}] ${percent}`;
}

function amount(done: number, total: number): string {
  return `${formatBytes(done)} of ${formatBytes(total)}`;
}
