import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** A throw-away project with our rules and the given files, in which a checker is run. */
export const inPlantedProject = (
  rules: readonly string[],
  files: Readonly<Record<string, string>>,
  checker: string,
  args: readonly string[],
): string => {
  const project = mkdtempSync(path.join(tmpdir(), 'planted-'));
  try {
    for (const rule of rules) cpSync(path.join(ROOT, rule), path.join(project, rule), { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(project, name)), { recursive: true });
      writeFileSync(path.join(project, name), text);
    }
    const run = spawnSync(path.join(ROOT, 'node_modules/.bin', checker), args, { cwd: project, encoding: 'utf8' });
    if (run.error) throw run.error;
    return run.stdout;
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
};
