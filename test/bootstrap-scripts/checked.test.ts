import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const scripts = join(__dirname, '../../bootstrap-scripts');
const units = readdirSync(join(scripts, 'systemd'));

/** A test for a tool that need not be installed; without it, it says so and passes. */
const withTool = (tool: string, title: string, body: (tool: string) => void): void => {
  const there = spawnSync(tool, ['--version']).error === undefined;
  test(there ? title : `left out, ${tool} is not installed: ${title}`, there ? () => body(tool) : () => undefined);
};

const filesBelow = (folder: string, ending: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith(ending));

describe('bootstrap scripts, checked by tools', () => {
  // One call for each program, with all that it reads: only then are the shared names known.
  withTool('shellcheck', 'shellcheck finds nothing in any script', (tool) => {
    for (const program of ['install.sh', 'after-install.sh', 'worker-agent.sh', 'bundle.sh']) {
      const { stdout } = spawnSync(tool, ['-x', '-a', program], { cwd: scripts, encoding: 'utf8' });
      expect(stdout).toBe('');
    }
  });

  withTool('shellcheck', 'shellcheck finds nothing in the tests themselves', (tool) => {
    const { stdout } = spawnSync(tool, ['-x', '-S', 'warning', '-s', 'bash', 'helper.bash', 'tree.bash'], {
      cwd: __dirname,
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
  });

  test('every script is read by a program, so that shellcheck sees it', () => {
    const programs = readdirSync(scripts).filter((name) => name.endsWith('.sh'));
    const text = programs.map((name) => readFileSync(join(scripts, name), 'utf8')).join('\n');
    const parts = [...filesBelow(join(scripts, 'agent'), '.sh'), ...filesBelow(join(scripts, 'install'), '.sh')];
    expect(parts.filter((name) => !text.includes(`/${name}"`))).toEqual([]);
  });

  test('no bash newer than 4.2 (Amazon Linux 2) is used', () => {
    // local -n 4.3, wait -n 4.3, ${x@Q} 4.4, mapfile -d 4.4, EPOCHSECONDS 5.0, ${x[-1]} as a target 4.3.
    const newer = /local -n|declare -n|wait -n|\$\{\w+@\w\}|mapfile -d|readarray -d|EPOCHSECONDS|EPOCHREALTIME|SRANDOM/;
    const found = filesBelow(scripts, '.sh').filter((name) => newer.test(readFileSync(join(scripts, name), 'utf8')));
    expect(found).toEqual([]);
  });

  withTool('systemd-analyze', 'systemd-analyze verify accepts the units', (tool) => {
    const folder = mkdtempSync(join(tmpdir(), 'prestoscale-units-'));
    // Their programs lie where install.sh puts them, which this machine does not have.
    for (const unit of units) {
      const text = readFileSync(join(scripts, 'systemd', unit), 'utf8');
      writeFileSync(join(folder, unit), text.replace(/\/usr\/local\/lib\/prestoscale\/\S+\.sh/g, '/bin/true'));
    }
    const names = units.map((unit) => join(folder, unit));
    const { status, stderr } = spawnSync(tool, ['verify', ...names], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    const ours = stderr.split('\n').filter((line) => line.includes('prestoscale'));
    expect({ status, ours }).toEqual({ status: 0, ours: [] });
  });

  test('the agent is stopped before either engine, and has time to drain', () => {
    const text = readFileSync(join(scripts, 'systemd/prestoscale-worker-agent.service'), 'utf8');
    const after = /^After=(.*)$/m.exec(text)?.[1]?.split(' ') ?? [];
    expect(after).toEqual(
      expect.arrayContaining(['presto-server.service', 'trino-server.service', 'network-online.target']),
    );
    const grace = /PRESTOSCALE_GRACE_SECONDS=(\d+)/.exec(readFileSync(join(scripts, 'agent/settings.sh'), 'utf8'))?.[1];
    const limit = /^TimeoutStopSec=(\d+)$/m.exec(text)?.[1];
    expect(Number(limit)).toBeGreaterThanOrEqual(Number(grace) + 10);
    // KillMode=mixed: nothing is killed before ExecStop has ended.
    expect(text).toMatch(/^KillMode=mixed$/m);
    expect(text).toMatch(/^ExecStop=\S+ stop --at-shutdown$/m);
  });

  test.each(units)('%s starts a script that the bundle or after-install.sh brings', (unit) => {
    const text = readFileSync(join(scripts, 'systemd', unit), 'utf8');
    const program = /^ExecStart=\/usr\/local\/lib\/prestoscale\/(\S+)/m.exec(text)?.[1] ?? '';
    const known = [...readdirSync(scripts), 'exporter.sh'];
    expect(known).toContain(program);
  });
});
