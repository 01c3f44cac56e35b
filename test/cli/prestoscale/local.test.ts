/** The real program as processes of their own, against a running `npm start`, read as a person reads it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');
const PATIENCE_MILLISECONDS = 60_000;

jest.setTimeout(3 * PATIENCE_MILLISECONDS);

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Not in one go: the run has to answer while the program asks. */
const prestoscale = (...args: readonly string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ['cli/prestoscale.mjs', ...args], { cwd: ROOT });
    const said = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      said.out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      said.err += chunk.toString();
    });
    child.once('close', (code) => resolve({ code, ...said }));
  });

const started = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let out = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(out)?.[0];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`npm start ended with ${code}: ${out}`)));
  });

describe('prestoscale --local', () => {
  let child: ChildProcess;
  let url: string;

  beforeAll(async () => {
    child = spawn(process.execPath, ['--import', 'tsx', 'cli/start.ts', '--port', '0', '--speed', '60'], { cwd: ROOT });
    url = await started(child);
  });
  afterAll(() => {
    child?.kill('SIGTERM');
  });

  const on = (...args: readonly string[]): Promise<Ran> => prestoscale(...args, `--local=${url}`);

  const until = async (what: string, fits: () => Promise<boolean>): Promise<void> => {
    const deadline = Date.now() + PATIENCE_MILLISECONDS;
    while (!(await fits())) {
      if (Date.now() > deadline) throw new Error(`never came: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };

  const cluster = async () => JSON.parse((await on('status', '--json')).out).clusters[0];

  test('status → one line with everything that somebody on call asks for, exit 0', async () => {
    await until('a tick', async () => (await cluster()).lastTickAt !== null);
    const { code, out, err } = await on('status');
    expect([code, err]).toEqual([0, '']);
    const [label, head, line] = out.split('\n');
    expect(label).toMatch(/^the run at http:\/\/127\.0\.0\.1:\d+, 2026-03-02 \d\d:\d\d:\d\dZ$/);
    expect(head).toMatch(
      /^CLUSTER +MODE +VERDICT +TARGET +READY +ARRIVING +DRAINING +WAITING +SAMPLE +HOLDS +POLICY +WHY$/,
    );
    expect(line).toMatch(/^\S+ +act +(steady|grow|shrink) +\d+ +[\d.]+ +[\d.]+ +[\d.]+ +\d+ +.* s +– +v1 +\S/);
  });

  test('a hold → the target follows within two ticks; explain says whose it is; released → gone', async () => {
    const hold = await on('hold', '--units', '66', '--until', '8h', '--key', 'nightly', '--by', 'ada');
    expect([hold.code, hold.out]).toEqual([
      0,
      expect.stringContaining('hold nightly: at least 66 units until 2026-03-02'),
    ]);
    await until('the units of the hold', async () => (await cluster()).targetUnits >= 66);
    const { code, out } = await on('explain');
    expect(code).toBe(0);
    expect(out).toMatch(/Hold nightly of ada until 2026-03-0\d \d\d:\d\d:\d\dZ: at least 66 units\./);
    expect(out).toMatch(/^Waits for\n/m);
    expect((await on('hold', 'list')).out).toMatch(/nightly +66 /);
    await on('hold', 'release', '--key', 'nightly');
    expect((await on('hold', 'list')).out).toBe('No hold is in force.\n');
  });

  test('a policy set, looked at, paused and resumed → each is a version, and the loop obeys', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'prestoscale-')), 'p.json');
    writeFileSync(file, '{ "capacity": { "minimumUnits": 5 } }');
    expect((await on('policy', 'set', file, '--by', 'ada')).out).toContain('capacity.minimumUnits: 4 → 5');
    expect((await on('pause', '--by', 'ada')).code).toBe(0);
    await until('the pause', async () => (await on('explain')).out.includes('The policy is paused'));
    expect(await cluster()).toMatchObject({ mode: 'paused', policyVersion: 3 });
    expect((await on('resume', '--by', 'grace')).out).toContain('mode: "paused" → "act"');
    expect((await on('policy', 'get', '--history')).out).toMatch(/^4 +\S+ \S+ +grace\n3 +\S+ \S+ +ada$/m);
  });

  test('a cluster that is not there → the nearest, exit 2; no run at all → exit 3; nothing of a stack', async () => {
    const { clusters } = (await (await fetch(`${url}/api/local`)).json()) as { clusters: string[] };
    const wrong = await on('explain', `${clusters[0]}x`);
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining(`Did you mean ${clusters[0]}?`)]);
    const nobody = await prestoscale('status', '--local=http://127.0.0.1:1');
    expect([nobody.code, nobody.out]).toEqual([3, '']);
    expect(`${wrong.err}${nobody.err}`).not.toMatch(/\n +at /);
  });

  test('cost → what the run has spent by market, to the last tick, beside what it would have cost on-demand', async () => {
    const spent = async () => JSON.parse((await on('cost', '--by', 'market', '--json')).out).clusters[0];
    await until('dollars', async () => ((await spent()).total.usd ?? 0) > 0);
    const { total, rows } = await spent();
    expect(total.pricedShare).toBe(1);
    expect(total.emrUsd).toBeLessThan(total.usd);
    expect(total.onDemandUsd).toBeGreaterThanOrEqual(total.usd);
    expect(rows.map(({ name }: { name: string }) => name)).toContain('spot');
    const told = await on('cost');
    expect([told.code, told.out]).toEqual([0, expect.stringContaining('ALL ON-DEMAND')]);
  });
});
