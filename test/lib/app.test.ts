/** The app as the CDK command line starts it: a process that writes a cloud assembly, or says what is wrong. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './synthesized.ts';

const run = promisify(execFile);
/** A bound for what hangs: it is six seconds of a processor. */
const MOST_MILLISECONDS = 150_000;
const folder = mkdtempSync(join(tmpdir(), 'prestoscale-app-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly stderr: string;
}

/** Starts it as the command line does: context and place of the output in the environment. */
const app = async (context: Readonly<Record<string, string>>): Promise<Ended> => {
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    CDK_OUTDIR: join(folder, 'cdk.out'),
    CDK_CONTEXT_JSON: JSON.stringify(context),
  };
  try {
    const { stderr } = await run(process.execPath, ['--import', 'tsx', 'lib/app.ts'], {
      cwd: ROOT,
      env,
      timeout: MOST_MILLISECONDS,
    });
    return { code: 0, stderr };
  } catch (error) {
    const { code, stderr } = error as Ended;
    return { code, stderr };
  }
};

test('no environment given → it says how to give one, without a stack trace', async () => {
  const { code, stderr } = await app({});
  expect(code).toBe(1);
  expect(stderr).toBe(
    'which environment? Give -c env=<name>; expected the name of a file in environments/ without .json\n',
  );
});

test('a file with mistakes → all of them at once, each a line, without a stack trace', async () => {
  const wrong = {
    account: 12,
    region: 'nowhere',
    clusters: { a: { find: {}, sample: { from: 'tea' } } },
    speed: 'high',
  };
  writeFileSync(join(folder, 'wrong.json'), JSON.stringify(wrong, null, 2));
  const { code, stderr } = await app({ env: 'wrong', environments: folder });
  expect(code).toBe(1);
  expect(stderr.match(/^ {2}line \d+: /gm)?.length).toBeGreaterThanOrEqual(5);
  expect(stderr).not.toMatch(/^\s+at /m);
});

test(
  'the example of the project → two stacks, of its account and region',
  async () => {
    const { code, stderr } = await app({ env: 'example' });
    expect([code, stderr.split('\n').filter((line) => !/^(Bundling asset .*)?$/.test(line))]).toEqual([0, []]);
    const manifest = JSON.parse(readFileSync(join(folder, 'cdk.out/manifest.json'), 'utf8'));
    const stacks = Object.entries(manifest.artifacts as Record<string, { type: string; environment?: string }>)
      .filter(([, { type }]) => type === 'aws:cloudformation:stack')
      .map(([name, { environment }]) => [name, environment]);
    expect(stacks).toEqual([
      ['prestoscale-example-state', 'aws://123456789012/us-east-1'],
      ['prestoscale-example', 'aws://123456789012/us-east-1'],
    ]);
  },
  MOST_MILLISECONDS,
);
