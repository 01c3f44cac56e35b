/** What an exporter may do in AWS, on the primary node of its cluster. */
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { clusterPartition, SAMPLE_ITEM, TABLE } from '../../lambdas/contract.ts';

/** What is deployed of an environment, as far as an exporter meets it. */
export interface ExporterEnvironment {
  readonly tableArn: string;
  readonly tickQueueArn: string;
}

/** Without a key in the request a `ForAllValues` holds: so there has to be one. */
const ofCluster = (cluster: string, more: Record<string, readonly string[]> = {}) => ({
  'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [clusterPartition(cluster)], ...more },
  Null: { 'dynamodb:LeadingKeys': 'false' },
});

/**
 * Its own cluster's sample, by the attributes that no other item has ({@link SAMPLE_ITEM}); wake-ups, which carry nothing;
 * and, to tell the autoscaler's state, its own cluster's partition to read. What is written is not given back.
 * Sources: exporters/wire.ts; DynamoDB Developer Guide, "Using IAM policy conditions for fine-grained access control".
 * @param cluster name in the table
 */
export const exporterStatements = (environment: ExporterEnvironment, cluster: string): PolicyStatement[] => [
  new PolicyStatement({
    sid: 'PushSample',
    effect: Effect.ALLOW,
    actions: ['dynamodb:UpdateItem'],
    resources: [environment.tableArn],
    conditions: {
      ...ofCluster(cluster, {
        'dynamodb:Attributes': [TABLE.partition, TABLE.sort, SAMPLE_ITEM.takenAt, SAMPLE_ITEM.sample],
      }),
      StringEqualsIfExists: { 'dynamodb:ReturnValues': 'NONE' },
    },
  }),
  new PolicyStatement({
    sid: 'ReadOwnState',
    effect: Effect.ALLOW,
    actions: ['dynamodb:Query'],
    resources: [environment.tableArn],
    conditions: ofCluster(cluster),
  }),
  new PolicyStatement({
    sid: 'WakeUp',
    effect: Effect.ALLOW,
    actions: ['sqs:SendMessage'],
    resources: [environment.tickQueueArn],
  }),
];
