/** The bootstrap action: `install.sh` with its arguments (docs/bootstrap.md). */
import type { CfnCluster } from 'aws-cdk-lib/aws-emr';
import type { FilledProps } from './defaults.ts';
import type { CheckedUrl, PublishedFiles } from './props.ts';

type Architecture = 'arm64' | 'x64';

/** Graviton has a `g` behind the generation (`r6g`, `c7gn`, `im4gn`); `a1` is the first. */
export const architectureOf = (type: string): Architecture =>
  /^(a1|[a-z]+\d+[a-z]*g[a-z]*)[.-]/.test(type) ? 'arm64' : 'x64';

/** A release of Node with the checksums of its SHASUMS256.txt: EMR 7 brings none. */
const NODE_VERSION = 'v24.13.0';
const NODE_SHA256: Readonly<Record<Architecture, string>> = {
  arm64: '0f6d40b94c6a2eb6b4c240ffc8b9fd3ada7ab044c177dd413c06e1ef9a63f081',
  x64: '6223aad1a81f9d1e7b682c59d12e2de233f7b4c37475cd40d1c89c42b737ffa8',
};

const nodeFor = ([type = '']: readonly string[]): CheckedUrl => {
  const architecture = architectureOf(type);
  const name = `node-${NODE_VERSION}-linux-${architecture}.tar.gz`;
  return `https://nodejs.org/dist/${NODE_VERSION}/${name}#${NODE_SHA256[architecture]}`;
};

/** Flags of the exporter, each with its value in one word. */
const exporterFlags = (props: FilledProps): string[] => {
  const { autoscaler, requiredWorkers, clusterName, region } = props;
  const place = autoscaler && [
    `--push-table=${autoscaler.tableName}`,
    `--push-queue=${autoscaler.tickQueueUrl}`,
    `--cluster=${clusterName}`,
    `--region=${region}`,
    '--autoscaler=on',
  ];
  // PrestoDB does not tell it, and a query that waits for workers counts with it.
  return [`--required-workers=${requiredWorkers}`, ...(place ?? []), ...(props.exporterOptions ?? [])];
};

/** What this construct gives. Trino since 414 lets nobody change a worker's state, unless told. */
const installFlags = (props: FilledProps, files: PublishedFiles): string[] => [
  '--bundle',
  files.bundle,
  '--engine',
  props.engine,
  '--exporter-url',
  files.exporter,
  '--node-url',
  props.nodeArchive ?? nodeFor(props.primaryTypes),
  '--grace',
  String(props.workerGrace.toSeconds()),
  ...(props.engine === 'trino' ? ['--allow-drain'] : []),
];

const OWN_FLAGS = ['--bundle', '--engine', '--exporter-url', '--exporter-option', '--node-url', '--grace'];
const OWN_OPTIONS = ['required-workers', 'push-table', 'push-queue', 'cluster', 'region', 'autoscaler'];

/** What the owner's own arguments have that is said elsewhere, or cannot be an argument. */
export const argumentProblems = ({ bootstrapArguments = [], exporterOptions = [] }: FilledProps): string[] => [
  ...bootstrapArguments
    .filter((word) => OWN_FLAGS.includes(word.replace(/=.*/s, '')))
    .map((word) => `bootstrapArguments has ${word}, which this construct gives: leave it out.`),
  ...exporterOptions
    .filter((word) => !/^--[a-z-]+=\S/.test(word))
    .map((word) => `exporterOptions has "${word}", expected one word such as --host=0.0.0.0.`),
  ...exporterOptions
    .filter((word) => OWN_OPTIONS.some((name) => word.startsWith(`--${name}=`)))
    .map((word) => `exporterOptions has ${word}, which this construct gives: leave it out.`),
];

/** Runs on every node; `install.sh` finds out itself what the node is. */
export const bootstrapAction = (
  props: FilledProps,
  files: PublishedFiles,
): CfnCluster.BootstrapActionConfigProperty => ({
  name: 'prestoscale',
  scriptBootstrapAction: {
    path: files.install,
    args: [
      ...installFlags(props, files),
      // One word each: a list in which words stand twice is refused (CloudFormation, F3037).
      ...exporterFlags(props).map((flag) => `--exporter-option=${flag}`),
      ...(props.bootstrapArguments ?? []),
    ],
  },
});
