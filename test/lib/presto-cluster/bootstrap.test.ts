/** The bootstrap action of a template, run as EMR runs it: the one script, its arguments, the files of the deploy. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { buildSync } from 'esbuild';
import { readOptions } from '../../../exporters/options.ts';
import { architectureOf } from '../../../lib/presto-cluster/bootstrap.ts';
import { EXPORTER_BUILD } from '../../../lib/presto-cluster/exporter-build.ts';
import { exporterFile } from '../../../lib/presto-cluster/files.ts';
import { type Change, clusterIn, made, ownFiles, ROOT } from './described.ts';

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

interface Action {
  /** `install.sh` as it is published. */
  readonly script: string;
  /** With files of this machine in place of those that a deploy publishes. */
  readonly args: readonly string[];
}

interface Manifest {
  readonly files: Readonly<
    Record<string, { source: { path: string }; destinations: Readonly<Record<string, { objectKey: string }>> }>
  >;
}

/** Where an object of the assets' bucket lies until it is published. */
const sources = (assembly: string, stack: string): ReadonlyMap<string, string> => {
  const { files } = JSON.parse(readFileSync(join(assembly, `${stack}.assets.json`), 'utf8')) as Manifest;
  return new Map(
    Object.values(files).flatMap(({ source, destinations }) =>
      Object.values(destinations).map(({ objectKey }) => [objectKey, join(assembly, source.path)] as const),
    ),
  );
};

const actionOf = (change: Change): Action => {
  const { stack } = made((props, scope) => change(ownFiles(props, scope), scope));
  const { directory } = App.of(stack)?.synth() ?? { directory: '' };
  const found = sources(directory, stack.stackName);
  const onDisk = (text: string): string =>
    text.replace(/s3:\/\/cdk-hnb659fds-assets-[^/]+\/([^#]+)/, (_, key) => `file://${found.get(key)}`);
  const [action] = clusterIn(stack).BootstrapActions;
  const { Path: path = '', Args: args = [] } = action?.ScriptBootstrapAction ?? {};
  return { script: onDisk(path).replace('file://', ''), args: args.map(onDisk) };
};

let node: string;
beforeEach(() => {
  node = mkdtempSync(join(tmpdir(), 'prestoscale-node-'));
});
afterEach(() => rmSync(node, { recursive: true }));

/** As EMR: a folder with the script alone, on a node that is the primary or not. */
const run = ({ script, args }: Action, primary: boolean, more: readonly string[] = []) => {
  for (const folder of ['root/mnt/var/lib/info', 'bin', 'action']) mkdirSync(join(node, folder), { recursive: true });
  writeFileSync(join(node, 'root/mnt/var/lib/info/instance.json'), JSON.stringify({ isMaster: primary }));
  writeFileSync(join(node, 'bin/systemctl'), '#!/bin/sh\nexit 0\n');
  chmodSync(join(node, 'bin/systemctl'), 0o755);
  const alone = join(node, 'action/install.sh');
  writeFileSync(alone, readFileSync(script));
  return spawnSync('bash', [alone, ...args, '--strict', ...more], {
    encoding: 'utf8',
    env: { PATH: `${join(node, 'bin')}:${process.env['PATH']}`, PRESTOSCALE_ROOT: join(node, 'root') },
  });
};

const installed = (name: string): string => join(node, 'root/usr/local/lib/prestoscale', name);

/** In place of Node, which would come from the internet. */
const withoutInternet = ({ script, args }: Action): Action => {
  const archive = join(node, 'node.tar.gz');
  writeFileSync(archive, 'an archive');
  const url = `file://${archive}#${sha256(Buffer.from('an archive'))}`;
  return { script, args: args.map((word) => (word.startsWith('https://nodejs.org/') ? url : word)) };
};

const presto: Change = (props) => props;
const trino: Change = (props) => ({ ...props, engine: 'trino' });
const everything: Change = (props) => ({
  ...props,
  engine: 'trino',
  requiredWorkers: 3,
  exporterOptions: ['--host=0.0.0.0', '--every-seconds=2'],
  bootstrapArguments: ['--jvm-option', '-XX:+UseZGC', '--rebalance', 'drain', '--nofile', '131072'],
});

describe('install.sh takes the arguments', () => {
  test.each<[string, Change]>([
    ['of Presto', presto],
    ['of Trino', trino],
    ['of everything that can be given', everything],
    ['without a place to push to', ({ autoscaler: _, ...props }) => props],
  ])('%s', (_, change) => {
    const { status, stdout, stderr } = run(actionOf(change), true, ['--dry-run']);
    expect({ status, told: `${stdout}${stderr}`.includes('PROBLEM') }).toEqual({ status: 0, told: false });
    expect(`${stdout}${stderr}`).toContain('would fetch https://nodejs.org/dist/');
  });

  test('and would refuse a wrong one', () => {
    const { status, stdout, stderr } = run(actionOf(presto), true, ['--dry-run', '--grace', 'long']);
    expect(status).toBe(2);
    expect(`${stdout}${stderr}`).toContain("--grace is 'long'");
  });

  test('no word stands twice: CloudFormation refuses such a list', () => {
    const { args } = actionOf(everything);
    expect(args.filter((word, index) => args.indexOf(word) !== index)).toEqual([]);
  });
});

describe('a node is set up from what a deploy publishes', () => {
  test('the primary: scripts and exporter, byte by byte, with their checksums', () => {
    const { status, stderr } = run(withoutInternet(actionOf(everything)), true);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(readFileSync(installed('downloads/exporter.mjs')).equals(exporterFile())).toBe(true);
    expect(readFileSync(installed('downloads/node.tar.gz'), 'utf8')).toBe('an archive');
    for (const name of ['worker-agent.sh', 'after-install.sh', 'agent/reasons.sh', 'install/node.sh'])
      expect(readFileSync(installed(name), 'utf8')).toBe(readFileSync(join(ROOT, 'bootstrap-scripts', name), 'utf8'));
    expect(existsSync(join(node, 'root/etc/systemd/system/prestoscale-exporter.service'))).toBe(true);
  });

  test('a worker: scripts, and no exporter', () => {
    expect(run(withoutInternet(actionOf(presto)), false).status).toBe(0);
    expect(existsSync(installed('worker-agent.sh'))).toBe(true);
    expect(existsSync(installed('downloads/exporter.mjs'))).toBe(false);
  });

  test('a file that was replaced since → it is not used, and that is a failure', () => {
    const { script, args } = withoutInternet(actionOf(presto));
    const forged = args.map((word) => (/exporter|\.mjs#/.test(word) ? word.replace(/#.{4}/, '#0000') : word));
    const { status, stdout, stderr } = run({ script, args: forged }, true);
    expect(status).toBe(1);
    expect(`${stdout}${stderr}`).toContain('it is not used');
    expect(existsSync(installed('downloads/exporter.mjs'))).toBe(false);
  });
});

describe('the exporter takes its flags', () => {
  const flagsOf = (change: Change): string[] =>
    actionOf(change)
      .args.filter((word) => word.startsWith('--exporter-option='))
      .map((word) => word.slice('--exporter-option='.length));

  test('as they are given: it pushes, wakes, knows required workers, and tells the autoscaler’s state', () => {
    const place = { table: 'state-table', cluster: 'etl', region: 'eu-central-1' };
    expect(readOptions(flagsOf(everything))).toMatchObject({
      requiredWorkers: 3,
      host: '0.0.0.0',
      everySeconds: 2,
      push: { ...place, queueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/ticks' },
      autoscaler: place,
    });
  });

  test('nowhere to push to → it does not push', () => {
    const options = readOptions(flagsOf(({ autoscaler: _, ...props }) => props));
    expect(options).toMatchObject({ requiredWorkers: 1 });
    expect(options?.push).toBeUndefined();
  });

  test('the file that is published runs', () => {
    const file = join(node, 'exporter.mjs');
    writeFileSync(file, exporterFile());
    const { status, stdout } = spawnSync(process.execPath, [file, '--help'], { encoding: 'utf8' });
    expect({ status, help: stdout.includes('--push-table') }).toEqual({ status: 0, help: true });
  });

  test('built again it has the same bytes', () => {
    const again = buildSync({ ...EXPORTER_BUILD, entryPoints: [...EXPORTER_BUILD.entryPoints], write: false });
    expect(Buffer.from(again.outputFiles[0]?.contents ?? []).equals(exporterFile())).toBe(true);
  });
});

describe('Node for the architecture of the primary', () => {
  test.each([
    ['m6g.xlarge', 'arm64'],
    ['r7gd.16xlarge', 'arm64'],
    ['c7gn.large', 'arm64'],
    ['im4gn.large', 'arm64'],
    ['x2gd.large', 'arm64'],
    ['a1.xlarge', 'arm64'],
    ['m6i.xlarge', 'x64'],
    ['g4dn.xlarge', 'x64'],
    ['g5.xlarge', 'x64'],
    ['g5g.xlarge', 'arm64'],
    ['m7i-flex.large', 'x64'],
    ['r5ad.large', 'x64'],
    ['i3en.large', 'x64'],
    ['z1d.large', 'x64'],
  ])('%s → %s', (type, architecture) => {
    expect(architectureOf(type)).toBe(architecture);
  });

  test.each([
    ['m6g.xlarge', 'arm64'],
    ['m6i.xlarge', 'x64'],
  ])('%s fetches it with a whole checksum', (type, architecture) => {
    const { args } = actionOf((props) => ({ ...props, primaryTypes: [type] }));
    const url = args[args.indexOf('--node-url') + 1];
    expect(url).toMatch(
      new RegExp(`^https://nodejs\\.org/dist/(v24[.\\d]+)/node-\\1-linux-${architecture}\\.tar\\.gz#[0-9a-f]{64}$`),
    );
  });
});
