import { fileURLToPath } from 'node:url';

/** The files that the processes of a run start with. */
export interface ProgramFiles {
  readonly coordinator: string;
  readonly worker: string;
}

/** The programs of this installation: sources beside sources, builds beside builds. */
export function installedPrograms(): ProgramFiles {
  const [folder, extension] = import.meta.url.endsWith('.ts') ? ['src', 'ts'] : ['dist', 'js'];
  const program = (app: string): string =>
    fileURLToPath(new URL(`../../../${app}/${folder}/main.${extension}`, import.meta.url));
  return { coordinator: program('coordinator'), worker: program('worker') };
}
