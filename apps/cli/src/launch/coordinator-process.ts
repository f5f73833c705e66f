import { CollimatorError, type ErrorReport, errorFromReport } from '@collimator/errors';
import type { PeerAddress } from '@collimator/transport';
import type { NodeProcess } from './node-process.ts';

/** Where a coordinator that was just started listens. @throws its own error, or bug where it ended without one. */
export async function coordinatorAddress(coordinator: NodeProcess): Promise<PeerAddress> {
  const line = await coordinator.firstLine();
  if (line === undefined) throw await startFailure(coordinator);
  return (JSON.parse(line) as { readonly address: PeerAddress }).address;
}

async function startFailure(coordinator: NodeProcess): Promise<CollimatorError> {
  const { exitCode, signal } = await coordinator.ended;
  const lines = coordinator.stderrTail(20);
  const report = parseReport(lines.at(-1) ?? '');
  if (report !== undefined) return errorFromReport(report);
  const how = signal ?? `exit code ${exitCode ?? 'unknown'}`;
  return new CollimatorError('bug', `the coordinator ended at its start (${how}):\n${lines.join('\n')}`);
}

function parseReport(line: string): ErrorReport | undefined {
  try {
    return (JSON.parse(line) as { readonly error?: ErrorReport }).error;
  } catch {
    return undefined;
  }
}
