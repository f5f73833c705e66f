/** `274 MB`: decimal units, as download pages use them. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${Math.round(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** `45 s`, `2 min 05 s`, `3 h 20 min`. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${twoDigits(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
}

/** `8.3 ms`, `120 ms`, `1.4 s`: three digits are enough for a phase of a step. */
export function formatMilliseconds(durationMs: number): string {
  if (durationMs < 10) return `${durationMs.toFixed(1)} ms`;
  return durationMs < 1000 ? `${Math.round(durationMs)} ms` : `${(durationMs / 1000).toFixed(1)} s`;
}

/** `88.9 %` */
export function formatPercent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** `3,882`: digits in groups, for people. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** Local time of an ISO 8601 moment is never guessed: `2026-03-04 10:20:30 UTC`. */
export function formatMoment(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
