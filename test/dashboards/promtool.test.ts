/** What Prometheus itself says of our files; left out, and said so, where its promtool is not installed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { dashboardExpressions, PROMETHEUS } from './expressions.ts';
import { filledIn } from './promql.ts';

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

const promtoolTest = (title: string, body: () => void): void => {
  if (hasPromtool) {
    test(title, body);
    return;
  }
  test(`left out, there is no promtool: ${title}`, () => {
    process.stderr.write(`left out: ${title}: promtool (Debian: prometheus) is not installed\n`);
  });
};

const promtool = (...args: readonly string[]): { readonly code: number | null; readonly said: string } => {
  const { status, stdout, stderr } = spawnSync('promtool', [...args], { cwd: PROMETHEUS, encoding: 'utf8' });
  return { code: status, said: `${stdout}${stderr}` };
};

const CHOSEN = { environment: 'production', cluster: 'j-1', __rate_interval: '1m' };

describe('promtool', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'prestoscale-promtool-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  promtoolTest('the scrape configuration and its rules are well formed', () => {
    const { code, said } = promtool('check', 'config', 'prometheus.yml');
    expect(said).toContain('is valid prometheus config file syntax');
    expect(said).not.toMatch(/FAILED|duplicate/i);
    expect(code).toBe(0);
  });

  promtoolTest('the rules do what their tests expect', () => {
    const files = readdirSync(join(PROMETHEUS, 'tests')).map((name) => join('tests', name));
    const { code, said } = promtool('test', 'rules', ...files);
    expect(said).not.toContain('FAILED');
    expect(said.match(/SUCCESS/g)).toHaveLength(files.length);
    expect(code).toBe(0);
  });

  promtoolTest('every expression of a panel or an annotation can be parsed', () => {
    const rules = dashboardExpressions().map(({ where, expr }, index) => ({
      record: `panel:expression:${index}`,
      labels: { where },
      expr: filledIn(expr, CHOSEN),
    }));
    const file = join(folder, 'panels.yml');
    writeFileSync(file, stringify({ groups: [{ name: 'panels', rules }] }));
    const { code, said } = promtool('check', 'rules', file);
    expect(said).toContain(`${rules.length} rules found`);
    expect(code).toBe(0);
  });

  promtoolTest('an expression that cannot be parsed is found', () => {
    const file = join(folder, 'broken.yml');
    writeFileSync(file, stringify({ groups: [{ name: 'x', rules: [{ record: 'a', expr: 'sum(a' }] }] }));
    expect(promtool('check', 'rules', file).code).toBe(1);
  });
});
