import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const here = __dirname;
const bats = join(here, '../../node_modules/bats/bin/bats');
const files = readdirSync(here).filter((name) => name.endsWith('.bats'));

/** About thirty seconds on a quiet machine. */
const LIMIT_MS = 280_000;

interface Outcome {
  readonly failed: boolean;
  readonly output: string;
}

/** A process group of its own: what hangs is ended with all that it started. */
const run = (file: string): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = spawn(bats, ['--timing', join(here, file)], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output += chunk;
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const limit = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'), LIMIT_MS);
    child.on('error', (error) => keep(Buffer.from(String(error))));
    child.on('close', (code) => {
      clearTimeout(limit);
      resolve({ failed: code !== 0, output });
    });
  });

describe('bootstrap scripts (bats)', () => {
  // All files at once: they mostly wait.
  const outcomes = new Map<string, Promise<Outcome>>();
  beforeAll(() => {
    for (const file of files) outcomes.set(file, run(file));
  });

  test('there is a file for each command and for the installation', () => {
    expect(files.sort()).toEqual(['bundle.bats', 'install.bats', 'join.bats', 'stop.bats', 'watch.bats']);
  });

  test.each(files)(
    '%s',
    async (file) => {
      const outcome = await outcomes.get(file);
      const troubles = outcome?.failed === false ? '' : `${outcome?.output}`;
      expect(troubles).toBe('');
      expect(outcome?.output).toMatch(/^ok \d+/m);
    },
    LIMIT_MS + 10_000,
  );
});
