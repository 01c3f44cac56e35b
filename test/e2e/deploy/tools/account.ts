/** What an owner can see and do in the local AWS: stacks and their outputs, the table, events, alarms. */
import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  PutEventsCommand,
} from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { tableClient } from '../../../../lambdas/adapters/dynamo/client.ts';
import { DynamoInbox } from '../../../../lambdas/adapters/dynamo/inbox.ts';
import { DynamoJournal } from '../../../../lambdas/adapters/dynamo/journal.ts';
import { getItem, type Item, queryItems, type Table } from '../../../../lambdas/adapters/dynamo/table.ts';
import { clusterPartition, OUTPUTS, stackNames } from '../../../../lambdas/contract.ts';
import type { Decision } from '../../../../lambdas/core/decision.ts';
import { epochSeconds } from '../../../../lambdas/core/quantities.ts';
import { REGION, ROOT_KEYS } from './local-aws.ts';

/** Longer than a run. */
const SECONDS_READ = 3600;

const text = (value: string | undefined, what: string): string => {
  if (value === undefined) throw new Error(`${what} is not there`);
  return value;
};

/** All items of a partition. */
export const itemsIn = (table: Table, partition: string): Promise<Item[]> => queryItems(table, 'looking', partition);

/** One deployed environment, seen from outside. */
export class Account {
  readonly environment: string;
  readonly #formation: CloudFormationClient;
  readonly #watch: CloudWatchClient;
  readonly #events: EventBridgeClient;
  readonly #documents: ReturnType<typeof tableClient>;
  readonly #queues: SQSClient;

  constructor(awsUrl: string, environment: string) {
    const config = { region: REGION, endpoint: awsUrl, credentials: ROOT_KEYS };
    this.environment = environment;
    this.#formation = new CloudFormationClient(config);
    this.#watch = new CloudWatchClient(config);
    this.#events = new EventBridgeClient(config);
    this.#queues = new SQSClient(config);
    this.#documents = tableClient({ ...config, attemptMilliseconds: 5000 });
  }

  close(): void {
    for (const client of [this.#formation, this.#watch, this.#events, this.#documents, this.#queues]) client.destroy();
  }

  /** Of the stack that may be replaced, by their names in the contract. */
  async outputs(): Promise<Readonly<Record<string, string>>> {
    const command = new DescribeStacksCommand({ StackName: stackNames(this.environment).autoscaler });
    const { Stacks: [stack] = [] } = await this.#formation.send(command);
    const outputs = stack?.Outputs ?? [];
    return Object.fromEntries(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  }

  async table(): Promise<Table> {
    const outputs = await this.outputs();
    return { client: this.#documents, name: text(outputs[OUTPUTS.table], `the output ${OUTPUTS.table}`) };
  }

  async inbox(): Promise<DynamoInbox> {
    return new DynamoInbox(await this.table());
  }

  /** Decisions of a cluster that have a full record, oldest first. */
  async decisions(cluster: string): Promise<readonly Decision[]> {
    const clock = { now: () => epochSeconds(Date.now() / 1000) };
    const settings = { cluster, retentionDays: 1, clock, pause: async () => {} };
    const journal = new DynamoJournal(await this.table(), settings);
    const entries = await journal.read(epochSeconds(clock.now() - SECONDS_READ), epochSeconds(clock.now() + 1));
    return entries.map(({ decision }) => decision);
  }

  /** One item of a cluster's partition. */
  async item(cluster: string, sort: string): Promise<Item | undefined> {
    return getItem(await this.table(), 'looking', { partition: clusterPartition(cluster), sort });
  }

  /** What the stacks say of the table, as DynamoDB has it. */
  async tableSettings() {
    const { name: TableName } = await this.table();
    const [{ Table }, { TimeToLiveDescription }, { ContinuousBackupsDescription }] = await Promise.all([
      this.#documents.send(new DescribeTableCommand({ TableName })),
      this.#documents.send(new DescribeTimeToLiveCommand({ TableName })),
      this.#documents.send(new DescribeContinuousBackupsCommand({ TableName })),
    ]);
    return {
      isProtected: Table?.DeletionProtectionEnabled,
      expiresBy: TimeToLiveDescription?.AttributeName,
      recovery: ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus,
    };
  }

  /** How often CloudFormation changed anything in either stack. */
  async changes(): Promise<number> {
    const { state, autoscaler } = stackNames(this.environment);
    const counts = await Promise.all(
      [state, autoscaler].map(async (StackName) => {
        const { StackEvents = [] } = await this.#formation.send(new DescribeStackEventsCommand({ StackName }));
        return StackEvents.length;
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Physical ids of what one of the stacks has, by type. */
  async resources(stack: 'state' | 'autoscaler'): Promise<readonly { readonly type: string; readonly id: string }[]> {
    const StackName = stackNames(this.environment)[stack];
    const { StackResourceSummaries = [] } = await this.#formation.send(new ListStackResourcesCommand({ StackName }));
    return StackResourceSummaries.map(({ ResourceType = '', PhysicalResourceId = '' }) => ({
      type: ResourceType,
      id: PhysicalResourceId,
    }));
  }

  /** An event as somebody else's service would send it. */
  async send(source: string, type: string, detail: unknown): Promise<void> {
    const entry = { Source: source, DetailType: type, Detail: JSON.stringify(detail) };
    const { FailedEntryCount, Entries } = await this.#events.send(new PutEventsCommand({ Entries: [entry] }));
    if (FailedEntryCount !== 0) throw new Error(`${type} was not taken: ${JSON.stringify(Entries)}`);
  }

  /** Switches a rule of the stack off, or on again. */
  async switchRule(name: string, isOn: boolean): Promise<void> {
    const { id: Name } = await this.#resource('AWS::Events::Rule', name);
    await this.#events.send(isOn ? new EnableRuleCommand({ Name }) : new DisableRuleCommand({ Name }));
  }

  /** The first message among the dead letters; it stays there. */
  async deadLetter(): Promise<string | undefined> {
    const { id: QueueUrl } = await this.#resource('AWS::SQS::Queue', 'DeadLetters');
    const { Messages = [] } = await this.#queues.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0 }));
    return Messages[0]?.Body;
  }

  async #resource(type: string, part: string) {
    const found = (await this.resources('autoscaler')).find((one) => one.type === type && one.id.includes(part));
    if (found === undefined) throw new Error(`there is no ${type} with ${part} in its id`);
    return found;
  }

  /** An alarm of the owner's own. */
  async makeAlarm(name: string): Promise<void> {
    await this.#watch.send(
      new PutMetricAlarmCommand({
        AlarmName: name,
        Namespace: 'Owner',
        MetricName: 'Queue',
        Statistic: 'Maximum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      }),
    );
    await this.setAlarm(name, 'OK');
  }

  async setAlarm(name: string, state: 'OK' | 'ALARM'): Promise<void> {
    await this.#watch.send(new SetAlarmStateCommand({ AlarmName: name, StateValue: state, StateReason: 'a test' }));
  }
}
