import { CollimatorError } from '@collimator/errors';
import { checkStoreFormat } from '@collimator/object-store';
import { FilesObjectStore } from '@collimator/object-store-files';
import type { Command } from 'commander';
import { type CommandLine, type CommonOptions, settingsOf, withCommonOptions } from '../command-line.ts';
import { unknownVariables } from '../settings/setting-names.ts';
import { type DoctorCheck, renderDoctor } from '../views/doctor-view.ts';

const engineExitCode = 4;

/** `doctor`: prerequisites, engine, devices, store, and where each setting comes from; exit code 4 where one fails. */
export function addDoctorCommand(program: Command, line: CommandLine): void {
  withCommonOptions(program.command('doctor'))
    .description('check prerequisites, engine, devices and settings; each failure with its remedy')
    .action((options: CommonOptions) => doctor(line, options));
}

async function doctor(line: CommandLine, options: CommonOptions): Promise<void> {
  const { engineChecks } = await import('@collimator/engine-tensorflow');
  const settings = await settingsOf(line, options);
  const checks: DoctorCheck[] = [
    ...(await engineChecks({ cacheFolder: settings.engineCache.value })),
    await checkStore(settings.store.value),
    ...checkVariables(unknownVariables(line.environment)),
  ];
  const ok = checks.every((check) => check.ok);
  if (line.output.json) line.output.printJson({ formatVersion: 1, ok, checks, settings });
  else line.output.print(renderDoctor(checks, settings));
  if (!ok) line.setExitCode(engineExitCode);
}

/** Writes a probe into a store that exists; a new one is made at its first use, not by looking. */
async function checkStore(location: string): Promise<DoctorCheck> {
  const name = 'store';
  try {
    const store = FilesObjectStore.at(location);
    await checkStoreFormat(store);
    if ((await store.head('collimator.json')) === undefined) return { name, ok: true, found: `${store.location}, new` };
    await store.put('doctor.probe', new Uint8Array(1));
    await store.delete('doctor.probe');
    return { name, ok: true, found: `${store.location}, writable` };
  } catch (thrown) {
    const { message, next } = CollimatorError.from(thrown);
    return { name, ok: false, found: message, ...(next === undefined ? {} : { remedy: next }) };
  }
}

function checkVariables(unknown: readonly string[]): DoctorCheck[] {
  return unknown.map((name) => ({
    name: 'environment',
    ok: false,
    found: `${name} is unknown`,
    remedy: `unset ${name}`,
  }));
}
