/** The two roles of a cluster: EMR's own, and that of its instances. */
import { Fn, Stack } from 'aws-cdk-lib';
import {
  CfnInstanceProfile,
  ManagedPolicy,
  Policy,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { exporterStatements } from '../permissions/exporter.ts';
import { acknowledgeObjects } from './acknowledged.ts';
import type { FilledProps } from './defaults.ts';
import type { AnyBucket, PublishedFiles } from './props.ts';

/** With the value "true" it opens a resource to AmazonEMRServicePolicy_v2. */
export const EMR_POLICY_TAG = 'for-use-with-amazon-emr-managed-policies';

/** Construct id of the policy of {@link instanceRoleOf}. */
export const INSTANCE_POLICY = 'InstancePolicy';

/** A key's user (KMS Developer Guide, "Allows key users to use the KMS key"), without wildcards. */
const KEY_USE = [
  'kms:Encrypt',
  'kms:Decrypt',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:DescribeKey',
];

/** Both roles use the key: instances for their disks, EMR for volumes of EBS (Management Guide, "Create keys and certificates"). */
const useKey = (role: Role, key: IKey): void => {
  key.grant(role, ...KEY_USE);
  role.addToPolicy(
    new PolicyStatement({
      sid: 'LendKeyToVolumes',
      actions: ['kms:CreateGrant'],
      resources: [key.keyArn],
      conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    }),
  );
};

/**
 * The role that EMR itself assumes. The managed policy reaches only what is tagged for it, and may pass only the default
 * instance role: so ours is named here (Management Guide, "Service role for Amazon EMR").
 */
export const serviceRoleOf = (scope: Construct, instanceRole: Role, key: IKey): Role => {
  const { account, region, partition } = Stack.of(scope);
  const role = new Role(scope, 'ServiceRole', {
    description: 'Amazon EMR: starts and ends instances of this cluster',
    assumedBy: new ServicePrincipal('elasticmapreduce.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': `arn:${partition}:elasticmapreduce:${region}:${account}:*` },
      },
    }),
    managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonEMRServicePolicy_v2')],
  });
  role.addToPolicy(
    new PolicyStatement({
      sid: 'PassInstanceRole',
      actions: ['iam:PassRole'],
      resources: [instanceRole.roleArn],
      conditions: { StringLike: { 'iam:PassedToService': 'ec2.amazonaws.com*' } },
    }),
  );
  useKey(role, key);
  return role;
};

const objectArn = ({ partition }: Stack, url: string): string =>
  `arn:${partition}:s3:::${url.replace(/^s3:\/\//, '').replace(/#.*$/, '')}`;

/** Each file that nodes fetch, and no other of its bucket. */
const readFiles = (stack: Stack, { nodeArchive = '' }: FilledProps, files: PublishedFiles): PolicyStatement[] => {
  const urls = [files.install, files.bundle, files.exporter, nodeArchive].filter((url) => url.startsWith('s3://'));
  return [
    new PolicyStatement({
      sid: 'FetchFiles',
      actions: ['s3:GetObject'],
      resources: urls.map((url) => objectArn(stack, url)),
    }),
  ];
};

/** A bucket's own key, where it has one. */
const useKeyOf = ({ encryptionKey }: AnyBucket, actions: readonly string[]): PolicyStatement[] =>
  encryptionKey === undefined
    ? []
    : [new PolicyStatement({ actions: actions.map((action) => `kms:${action}`), resources: [encryptionKey.keyArn] })];

/** Management Guide, "Archiving log files to Amazon S3". */
const writeLogs = ({ logBucket, logPrefix }: FilledProps): PolicyStatement[] =>
  logBucket === undefined
    ? []
    : [
        new PolicyStatement({
          sid: 'ArchiveLogs',
          actions: ['s3:PutObject'],
          resources: [logBucket.arnForObjects(`${logPrefix}/*`)],
        }),
        ...useKeyOf(logBucket, ['GenerateDataKey']),
      ];

const SPOOL = ['GetObject', 'PutObject', 'DeleteObject', 'AbortMultipartUpload', 'ListMultipartUploadParts'];

const spool = ({ trino, exchangePrefix }: FilledProps): PolicyStatement[] => {
  const bucket = trino?.taskRetries?.exchangeBucket;
  if (bucket === undefined) return [];
  return [
    new PolicyStatement({
      sid: 'SpoolTasks',
      actions: SPOOL.map((action) => `s3:${action}`),
      resources: [bucket.arnForObjects(`${exchangePrefix}/*`)],
    }),
    new PolicyStatement({
      sid: 'ListSpooled',
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': [exchangePrefix, `${exchangePrefix}/*`] } },
    }),
    ...useKeyOf(bucket, ['Decrypt', 'GenerateDataKey']),
  ];
};

/** `https://sqs.eu-central-1.amazonaws.com/123456789012/ticks` → `ticks`; also of an address that is only known at deploy. */
const queueName = (url: string): string => Fn.select(4, Fn.split('/', url));

const push = (stack: Stack, { autoscaler, clusterName }: FilledProps): PolicyStatement[] => {
  if (autoscaler === undefined) return [];
  const environment = {
    tableArn: stack.formatArn({ service: 'dynamodb', resource: 'table', resourceName: autoscaler.tableName }),
    tickQueueArn: stack.formatArn({ service: 'sqs', resource: queueName(autoscaler.tickQueueUrl) }),
  };
  return exporterStatements(environment, clusterName);
};

/**
 * The role of all instances: what a node fetches, what it archives, what the exporter pushes. Data is the owner's to grant.
 * What is needed here is in a policy of its own, apart from what the owner adds.
 */
export const instanceRoleOf = (scope: Construct, props: FilledProps, files: PublishedFiles, key: IKey): Role => {
  const stack = Stack.of(scope);
  const role = new Role(scope, 'InstanceRole', {
    description: `Instances of the cluster ${props.clusterName}`,
    assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
  });
  const statements = [...readFiles(stack, props, files), ...writeLogs(props), ...spool(props), ...push(stack, props)];
  acknowledgeObjects(new Policy(scope, INSTANCE_POLICY, { roles: [role], statements }), statements);
  useKey(role, key);
  return role;
};

/** Of the role's own name: EMR knows no other ("invalid instance profile", Management Guide, "Service role for cluster EC2 instances"). */
export const instanceProfileOf = (scope: Construct, role: Role): CfnInstanceProfile =>
  new CfnInstanceProfile(scope, 'InstanceProfile', {
    instanceProfileName: role.roleName,
    roles: [role.roleName],
  });
