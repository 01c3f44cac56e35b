/** Files that a command writes where it is told to. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../arguments.ts';
import type { Io } from '../program/io.ts';

export interface Written {
  /** Flag that named it, without dashes. */
  readonly flag: string;
  readonly path: string;
  readonly text: string;
}

/** Writes one; what went wrong, if anything did. */
const write = ({ flag, path, text }: Written, folder: string): readonly string[] => {
  try {
    writeFileSync(resolve(folder, path), text);
    return [];
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return [`--${flag} cannot be "${path}" (${code}): expected a file in a folder that exists and may be written to.`];
  }
};

/**
 * Writes them all, and tells each.
 * @throws UsageError with all that could not be written
 */
export const writeFiles = (files: readonly Written[], io: Io): void => {
  const mistakes = files.flatMap((file) => write(file, io.folder));
  if (mistakes.length > 0) throw new UsageError(mistakes);
  for (const { path } of files) io.err(`${path} is written.\n`);
};
