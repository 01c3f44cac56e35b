/** What tests fetch once and keep. A folder of the cache is complete or not there: it is made under another name first. */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommand } from '../../../../local/engines/commands.ts';

/** A folder of ours in `$XDG_CACHE_HOME/prestoscale`, by default in `~/.cache`. */
export const cacheFolder = (name: string): string =>
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'prestoscale', name);

/**
 * @param make fills the folder that it is given
 * @returns the folder, filled
 */
export const cached = async (name: string, make: (folder: string) => Promise<void>): Promise<string> => {
  const folder = cacheFolder(name);
  if (existsSync(folder)) return folder;
  const passing = `${folder}.${process.pid}`;
  rmSync(passing, { recursive: true, force: true });
  mkdirSync(dirname(passing), { recursive: true });
  mkdirSync(passing);
  try {
    await make(passing);
  } catch (error) {
    rmSync(passing, { recursive: true, force: true });
    throw error;
  }
  // Another process may have been faster; its folder is as good.
  if (existsSync(folder)) rmSync(passing, { recursive: true });
  else renameSync(passing, folder);
  return folder;
};

/**
 * Runs a program that fetches something.
 * @throws Error with the end of what it wrote
 */
export const fetchWith = async (program: string, args: readonly string[], environment = process.env): Promise<void> => {
  const { code, output } = await runCommand(program, args, { env: environment }).catch((error: Error) => {
    throw new Error(`${program} cannot be started: ${error.message}. Is it installed?`);
  });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${output}`);
};
