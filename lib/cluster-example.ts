/** A complete app with a cluster: `npx cdk deploy --app "npx tsx lib/cluster-example.ts"`. Explained in docs/presto-cluster.md. */
import { App, Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { IpAddresses, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { ClusterStack } from './cluster-stack.ts';
import { EMR_POLICY_TAG } from './presto-cluster/roles.ts';

export const app = new App();
const env = { account: '123456789012', region: 'eu-central-1' };

// What clusters stand on, and what outlives them.
const base = new Stack(app, 'presto-base', { env });
const vpc = new Vpc(base, 'Vpc', {
  ipAddresses: IpAddresses.cidr('10.20.0.0/16'),
  maxAzs: 3,
  natGateways: 1,
  subnetConfiguration: [
    { name: 'public', subnetType: SubnetType.PUBLIC, cidrMask: 24 },
    { name: 'clusters', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 },
  ],
});
// EMR may use only what carries this tag.
Tags.of(vpc).add(EMR_POLICY_TAG, 'true');
const scratch = new Bucket(base, 'Scratch', {
  encryption: BucketEncryption.S3_MANAGED,
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  enforceSSL: true,
  removalPolicy: RemovalPolicy.RETAIN,
  lifecycleRules: [
    { prefix: 'emr/', expiration: Duration.days(30) },
    { prefix: 'exchange/', expiration: Duration.days(2), abortIncompleteMultipartUploadAfter: Duration.days(1) },
  ],
});

// 16 vCPU each, so every worker is one unit, and 8 GiB for a core.
const families = 'r5 r5a r5d r5n r5dn r5ad r6i r6id r6in r6idn r6a r7i r7a r7iz r8i'.split(' ');
const workers = families.map((family) => ({ type: `${family}.4xlarge`, vcpus: 16, memoryGiB: 128 }));

export const { cluster } = new ClusterStack(app, 'presto-etl', {
  env,
  cluster: {
    environment: 'prod',
    clusterName: 'etl',
    engine: 'trino',
    releaseLabel: 'emr-7.10.0',
    subnetIds: vpc.selectSubnets({ subnetGroupName: 'clusters' }).subnetIds,
    primaryTypes: ['m6i.4xlarge', 'm6a.4xlarge', 'm7i.4xlarge'],
    core: { types: workers.slice(0, 5), units: 2 },
    task: { types: workers, minimumUnits: 2, maximumUnits: 60 },
    // Batch: a worker that is lost costs tasks, not queries, and the autoscaler may give back at any time.
    trino: { taskRetries: { exchangeBucket: scratch } },
    requiredWorkers: 2,
    autoscaler: {
      tableName: 'prestoscale-prod',
      tickQueueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/prestoscale-prod-ticks',
    },
    logBucket: scratch,
    configurations: [
      // Glue knows the tables; which of them are read, and from which bucket, is granted below.
      { classification: 'trino-connector-hive', properties: { 'hive.metastore': 'glue' } },
    ],
  },
});

Bucket.fromBucketName(cluster, 'Data', 'my-company-tables').grantRead(cluster.instanceRole);
cluster.instanceRole.addToPolicy(
  new PolicyStatement({
    actions: ['glue:GetDatabase', 'glue:GetDatabases', 'glue:GetTable', 'glue:GetTables', 'glue:GetPartitions'],
    resources: ['catalog', 'database/sales', 'table/sales/*'].map(
      (resource) => `arn:aws:glue:${env.region}:${env.account}:${resource}`,
    ),
  }),
);
