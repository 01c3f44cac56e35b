/**
 * What must survive a deploy, and the removal of everything else: the table with policies, memory and journal, and the
 * logs. Logical ids in here must not change: CloudFormation would make a new, empty table (a test watches them).
 */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { type ILogGroup, LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { TABLE } from '../../lambdas/contract.ts';
import type { Environment } from '../environment-model.ts';
import type { FunctionName } from './bundling.ts';

/** Any second of the last so many days can be restored: the longest that DynamoDB offers. */
const RECOVERY = Duration.days(35);

/** Table and logs of one environment. */
export class PrestoState extends Construct {
  readonly table: TableV2;
  /** All functions of one kind share one. */
  readonly logGroups: Readonly<Record<FunctionName, ILogGroup>>;

  constructor(scope: Construct, id: string, { retention }: Environment) {
    super(scope, id);
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: TABLE.partition, type: AttributeType.STRING },
      sortKey: { name: TABLE.sort, type: AttributeType.STRING },
      timeToLiveAttribute: TABLE.expires,
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        recoveryPeriodInDays: RECOVERY.toDays(),
      },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const logGroup = (name: string): ILogGroup =>
      new LogGroup(this, name, {
        // The environment file allows what CloudWatch allows.
        retention: retention.logDays as RetentionDays,
        removalPolicy: RemovalPolicy.RETAIN,
      });
    this.logGroups = {
      dispatch: logGroup('DispatchLogs'),
      reconcile: logGroup('ReconcileLogs'),
      route: logGroup('RouteLogs'),
    };
  }
}
