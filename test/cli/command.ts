/** Runs a command of cli/ as a user does, in a process of its own. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export const run = (file: string, args: readonly string[], input = ''): Ran => {
  const done = spawnSync(process.execPath, ['--import', 'tsx', join(ROOT, file), ...args], {
    cwd: ROOT,
    input,
    encoding: 'utf8',
  });
  return { code: done.status, out: done.stdout, err: done.stderr };
};

/** A file of this content in a folder of its own. */
export const fileOf = (name: string, content: string): string => {
  const path = join(mkdtempSync(join(tmpdir(), 'prestoscale-')), name);
  writeFileSync(path, content);
  return path;
};
