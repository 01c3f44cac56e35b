/** Clusters for the tests of `PrestoCluster`: props, templates, and what EMR would tell of them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster, Configuration, InstanceFleet, InstanceFleetType } from '@aws-sdk/client-emr';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { PrestoClusterProps, WorkerType } from '../../../lib/presto-cluster/props.ts';
import { PrestoCluster } from '../../../lib/presto-cluster.ts';

export const ROOT = join(import.meta.dirname, '../../..');

/** The context of cdk.json, as the command line gives it. */
const CONTEXT = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')).context;

/** Of one test file, and gone with it. */
const OUT = mkdtempSync(join(tmpdir(), 'prestoscale-clusters-'));
afterAll(() => rmSync(OUT, { recursive: true }));

export const newStack = (): Stack =>
  new Stack(new App({ context: CONTEXT, outdir: mkdtempSync(join(OUT, 'cdk.out-')) }), 'clusters', {
    env: { account: '123456789012', region: 'eu-central-1' },
  });

const SUM = 'b'.repeat(64);

/** Nothing is built for them. */
export const PUBLISHED = {
  install: 's3://company/v1/install.sh',
  bundle: `s3://company/v1/bundle.tar.gz#${SUM}`,
  exporter: `s3://company/v1/exporter.mjs#${SUM}`,
};

export const workers = (count: number, vcpus = 16): WorkerType[] =>
  Array.from({ length: count }, (_, index) => ({ type: `r${index}i.4xlarge`, vcpus, memoryGiB: 8 * vcpus }));

/** A bucket that is not of the stack's own. */
export const bucketIn = (stack: Stack, name = 'company-scratch') =>
  stack.node.tryFindChild(name) === undefined
    ? Bucket.fromBucketName(stack, name, name)
    : (stack.node.findChild(name) as ReturnType<typeof Bucket.fromBucketName>);

/** Without a warning. */
export const plain = (stack: Stack, more: Partial<PrestoClusterProps> = {}): PrestoClusterProps => ({
  environment: 'prod',
  clusterName: 'etl',
  engine: 'presto',
  releaseLabel: 'emr-7.10.0',
  subnetIds: ['subnet-0aaa1111aaa1111aa', 'subnet-0bbb1111bbb1111bb'],
  primaryTypes: ['m6g.2xlarge'],
  core: { types: workers(2), units: 2 },
  task: { types: workers(15) },
  autoscaler: {
    tableName: 'state-table',
    tickQueueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/ticks',
  },
  logBucket: bucketIn(stack),
  publishedFiles: PUBLISHED,
  ...more,
});

/** Trino with task retries. */
export const retrying = (stack: Stack): PrestoClusterProps =>
  plain(stack, { engine: 'trino', trino: { taskRetries: { exchangeBucket: bucketIn(stack) } } });

export type Change = (props: PrestoClusterProps, stack: Stack) => PrestoClusterProps;

/** With files of this repository. */
export const ownFiles: Change = ({ publishedFiles: _, ...props }) => props;

export interface Made {
  readonly stack: Stack;
  readonly construct: PrestoCluster;
}

export const made = (change: Change = (props) => props): Made => {
  const stack = newStack();
  return { stack, construct: new PrestoCluster(stack, 'Presto', change(plain(stack), stack)) };
};

type Json = Readonly<Record<string, unknown>>;

interface TemplateFleet {
  readonly Name: string;
  readonly TargetOnDemandCapacity?: number;
  readonly TargetSpotCapacity?: number;
  readonly InstanceTypeConfigs: readonly { InstanceType: string; WeightedCapacity: number }[];
  readonly LaunchSpecifications: Json;
  readonly ResizeSpecifications?: Json;
}

interface TemplateConfiguration {
  readonly Classification: string;
  readonly ConfigurationProperties?: Readonly<Record<string, string>>;
  readonly Configurations?: readonly TemplateConfiguration[];
}

/** What stands in a template about a cluster. */
export interface ClusterInTemplate {
  readonly Name: string;
  readonly ReleaseLabel: string;
  readonly Applications: readonly { Name: string }[];
  readonly Configurations: readonly TemplateConfiguration[];
  readonly BootstrapActions: readonly { ScriptBootstrapAction: { Path: string; Args: readonly string[] } }[];
  readonly Instances: Json & {
    readonly MasterInstanceFleet: TemplateFleet;
    readonly CoreInstanceFleet: TemplateFleet;
    readonly TaskInstanceFleets: readonly [TemplateFleet];
  };
  readonly Tags: readonly { Key: string; Value: string }[];
}

export const clusterIn = (stack: Stack): ClusterInTemplate => {
  const found = Object.values(Template.fromStack(stack).findResources('AWS::EMR::Cluster'));
  expect(found).toHaveLength(1);
  return found[0]?.['Properties'] as ClusterInTemplate;
};

const asTold = ({ Classification, ConfigurationProperties, Configurations }: TemplateConfiguration): Configuration => ({
  Classification,
  ...(ConfigurationProperties === undefined ? {} : { Properties: ConfigurationProperties }),
  ...(Configurations === undefined ? {} : { Configurations: Configurations.map(asTold) }),
});

/** EMR's own names of the engines' releases in EMR 7.10 (Release Guide, application versions). */
const VERSIONS: Readonly<Record<string, string>> = { Presto: '0.287-amzn-5', Trino: '470-amzn-0' };

/** DescribeCluster of what a template describes. */
export const described = (one: ClusterInTemplate): Cluster => ({
  Id: 'j-1ABCDEFGHIJKL',
  Name: one.Name,
  ReleaseLabel: one.ReleaseLabel,
  Applications: one.Applications.map(({ Name }) => ({ Name, Version: VERSIONS[Name] ?? '1' })),
  Configurations: one.Configurations.map(asTold),
});

const fleet = (type: InstanceFleetType, one: TemplateFleet): InstanceFleet => ({
  Id: `if-${type}`,
  InstanceFleetType: type,
  Status: { State: 'RUNNING' },
  TargetOnDemandCapacity: one.TargetOnDemandCapacity ?? 0,
  TargetSpotCapacity: one.TargetSpotCapacity ?? 0,
  ProvisionedOnDemandCapacity: one.TargetOnDemandCapacity ?? 0,
  ProvisionedSpotCapacity: one.TargetSpotCapacity ?? 0,
  InstanceTypeSpecifications: one.InstanceTypeConfigs.map((config) => ({ ...config })),
});

/** ListInstanceFleets of what a template describes. */
export const fleetsOf = ({ Instances }: ClusterInTemplate): InstanceFleet[] => [
  fleet('MASTER', Instances.MasterInstanceFleet),
  fleet('CORE', Instances.CoreInstanceFleet),
  fleet('TASK', Instances.TaskInstanceFleets[0]),
];
