import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandResult, runCommand } from './run-command.ts';

/** A folder of a test, with a store in it that commands work on. */
export class CommandFolder {
  readonly path: string;
  /** Its location. */
  readonly store: string;

  private constructor(path: string) {
    this.path = path;
    this.store = `file:${join(path, 'store')}`;
  }

  static async create(): Promise<CommandFolder> {
    return new CommandFolder(await mkdtemp(join(tmpdir(), 'collimator-cli-')));
  }

  /** Runs a command on the store. */
  run(...words: readonly string[]): Promise<CommandResult> {
    return runCommand([...words, '--store', this.store]);
  }

  /** Writes a file and returns its path. */
  async fileWith(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(this.path, name);
    await writeFile(path, content);
    return path;
  }

  /** Imports an npz file, which is kept as `<name>.npz`. */
  async importAs(name: string, npz: Uint8Array, ...flags: readonly string[]): Promise<CommandResult> {
    const path = await this.fileWith(`${name}.npz`, npz);
    return this.run('datasets', 'import', path, '--name', name, ...flags);
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true });
  }
}
