/**
 * What the functions may do: a list for every port that needs something of AWS, made of what its adapter calls and
 * nothing else. A test compares these actions with the calls in lambdas/adapters, both ways.
 */

import type { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  ACCOUNT_PARTITION,
  clusterPartition,
  ENVIRONMENT_TAG,
  journalPartition,
  ledgerPartition,
  policyPartition,
} from '../../lambdas/contract.ts';
import type { ClusterEntry } from '../../lambdas/settings/settings.ts';
import type { Grant } from './grants.ts';

/** The account and region in which everything is; of a stack, so that they may be tokens. */
export type Place = Pick<Stack, 'partition' | 'region' | 'account'>;

const arnOf = ({ partition, region, account }: Place, service: string, resource: string): string =>
  `arn:${partition}:${service}:${region}:${account}:${resource}`;

/**
 * Actions on items of some partitions. The condition holds for every action that names keys; Scan is never granted, for
 * it names none (DynamoDB developer guide, "Using IAM policy conditions for fine-grained access control").
 */
const onItems = (tableArn: string, partitions: readonly string[], actions: readonly string[]): Grant => ({
  actions: actions.map((action) => `dynamodb:${action}`),
  resources: [tableArn],
  conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions } },
});

const ANY_CLUSTER = clusterPartition('*');

/** `ClusterStore`: memory, policy and what came from outside are read together; memory is saved. */
export const clusterStore = (tableArn: string): readonly Grant[] => [
  onItems(tableArn, [ANY_CLUSTER], ['Query', 'GetItem', 'UpdateItem']),
];

/** `Journal`, as a tick writes it: the full record and the outcome of the call in one batch. */
export const journal = (tableArn: string): readonly Grant[] => [
  onItems(tableArn, [ANY_CLUSTER, journalPartition('*')], ['BatchWriteItem']),
];

/** `Ledger`, as a tick writes it: what its cluster has cost. */
export const ledger = (tableArn: string): readonly Grant[] => [onItems(tableArn, [ledgerPartition('*')], ['PutItem'])];

/** `CallTokens`: the account's budget of EMR calls. */
export const callTokens = (tableArn: string): readonly Grant[] => [
  onItems(tableArn, [ACCOUNT_PARTITION], ['GetItem', 'UpdateItem']),
];

/** `Markers`: signs of life. */
export const markers = (tableArn: string): readonly Grant[] => [onItems(tableArn, [ACCOUNT_PARTITION], ['PutItem'])];

/** `Inbox`, as events are written: alarms, losses and holds, and before that whose they are. */
export const inboxOfEvents = (tableArn: string): readonly Grant[] => [
  onItems(tableArn, [ANY_CLUSTER], ['PutItem', 'UpdateItem', 'DeleteItem']),
  onItems(tableArn, [ACCOUNT_PARTITION], ['Query', 'GetItem']),
];

/** `Inbox`, as dispatch uses it: states of alarms, first versions of policies, and which EMR cluster a name is. */
export const inboxOfDispatch = (tableArn: string): readonly Grant[] => [
  onItems(tableArn, [ANY_CLUSTER], ['GetItem', 'PutItem', 'UpdateItem']),
  onItems(tableArn, [policyPartition('*')], ['PutItem']),
  onItems(tableArn, [ACCOUNT_PARTITION], ['Query', 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem']),
];

/**
 * An action on the environment's own clusters: those that its owner tagged with its name. Nobody here may set tags, so
 * nobody can give himself a cluster.
 */
const onClusters = (place: Place, environment: string, actions: readonly string[]): Grant => ({
  actions: actions.map((action) => `elasticmapreduce:${action}`),
  resources: [arnOf(place, 'elasticmapreduce', 'cluster/*')],
  conditions: { StringEquals: { [`aws:ResourceTag/${ENVIRONMENT_TAG}`]: environment } },
  because: 'Ids of clusters are not known before they start; the tag says which are of this environment.',
});

/** `Fleet`: reading the fleets of a cluster and the instances of one, and setting its targets. */
export const fleets = (place: Place, environment: string): readonly Grant[] => [
  onClusters(place, environment, ['ListInstanceFleets', 'ListInstances', 'ModifyInstanceFleet']),
];

/** `ClusterFinder`: what a cluster's own configuration says, and whether somebody else scales it. */
export const clusterFinder = (place: Place, environment: string): readonly Grant[] => [
  onClusters(place, environment, ['DescribeCluster', 'GetManagedScalingPolicy']),
];

/** `ClusterDirectory`: which clusters there are, and what they are. */
export const clusterDirectory = (place: Place, environment: string): readonly Grant[] => [
  onClusters(place, environment, ['DescribeCluster']),
  {
    actions: ['elasticmapreduce:ListClusters'],
    resources: ['*'],
    because: 'ListClusters knows no resources (Service Authorization Reference, Amazon EMR).',
  },
];

/** `WakeUps`. Batches need no action of their own (Service Authorization Reference, Amazon SQS). */
export const wakeUps = (queueArns: readonly string[]): readonly Grant[] => [
  { actions: ['sqs:SendMessage'], resources: queueArns },
];

/** `AlarmReader`. */
export const alarmReader = (): readonly Grant[] => [
  {
    actions: ['cloudwatch:DescribeAlarms'],
    resources: ['*'],
    because:
      'With any narrower resource no composite alarm is told (API reference, DescribeAlarms); which alarms matter, policies say.',
  },
];

/** `InstanceDirectory`: whose a spot instance is. */
export const instanceDirectory = (): readonly Grant[] => [
  {
    actions: ['ec2:DescribeInstances'],
    resources: ['*'],
    because: 'DescribeInstances knows no resources (Service Authorization Reference, Amazon EC2).',
  },
];

/** `WorkloadSource`, for those kinds of samples that some cluster uses. */
export const workloadSources = (place: Place, clusters: readonly ClusterEntry[]): readonly Grant[] => {
  const samples = clusters.map(({ sample }) => sample);
  const workspaces = new Set(samples.flatMap((sample) => (sample.from === 'amp' ? [sample.workspaceId] : [])));
  const metrics: Grant = {
    actions: ['cloudwatch:GetMetricData'],
    resources: ['*'],
    because: 'GetMetricData knows no resources (Service Authorization Reference, Amazon CloudWatch).',
  };
  const queries: Grant = {
    actions: ['aps:QueryMetrics'],
    resources: [...workspaces].map((id) => arnOf(place, 'aps', `workspace/${id}`)),
  };
  return [
    ...(samples.some(({ from }) => from === 'cloudwatch') ? [metrics] : []),
    ...(workspaces.size > 0 ? [queries] : []),
  ];
};

/**
 * Interfaces of a function in a VPC. AWS makes them with the function's role; the code itself may not
 * ({@link denyNetworkInterfacesToCode}).
 */
export const networkInterfaces = (): readonly Grant[] => [
  {
    actions: NETWORK_INTERFACE_ACTIONS,
    resources: ['*'],
    because: 'Lambda makes and removes interfaces whose ids nobody knows before (Lambda developer guide, VPC).',
  },
];

const NETWORK_INTERFACE_ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** Refuses the interfaces to whoever calls from inside a function (Lambda developer guide, `lambda:SourceFunctionArn`). */
export const denyNetworkInterfacesToCode = (place: Place): PolicyStatement =>
  PolicyStatement.fromJson({
    Effect: 'Deny',
    Action: NETWORK_INTERFACE_ACTIONS,
    Resource: '*',
    Condition: { ArnLike: { 'lambda:SourceFunctionArn': arnOf(place, 'lambda', 'function:*') } },
  });

/** What a function writes into its log group. */
export const logs = (logGroupArn: string): readonly Grant[] => [
  { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroupArn] },
];

/** What Lambda does for a function with the messages of its queue. */
export const queueConsumer = (queueArn: string): readonly Grant[] => [
  { actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], resources: [queueArn] },
];
