/** What reaches the table from outside the loop. Every write is one item, and writing it twice changes nothing. */
import { clusterPartition, SAMPLE_ITEM, SORT } from '../../contract.ts';
import type { Identity } from '../../core/identity.ts';
import type { AlarmObservation, CapacityLoss, Hold, WorkloadSample } from '../../core/model.ts';
import type { PolicyInput } from '../../core/policy/schema.ts';
import type { EpochSeconds } from '../../core/quantities.ts';
import type { Inbox, RegisteredCluster } from '../../ports/inbox.ts';
import { alarmAttribute, alarmValue, holdItem, lossCondition, lossItem } from './cluster-items.ts';
import { Identities } from './identities.ts';
import { Policies } from './policies.ts';
import { deleteItem, ifHeld, type Key, putItem, type Table, type Update, updateItem } from './table.ts';

const keyOf = (cluster: string, sort: string): Key => ({ partition: clusterPartition(cluster), sort });

const sampleExpression = (takenAt: EpochSeconds, text: string): Update => ({
  UpdateExpression: 'SET #takenAt = :takenAt, #sample = :sample',
  ConditionExpression: 'attribute_not_exists(#takenAt) OR #takenAt < :takenAt',
  ExpressionAttributeNames: { '#takenAt': SAMPLE_ITEM.takenAt, '#sample': SAMPLE_ITEM.sample },
  ExpressionAttributeValues: { ':takenAt': takenAt, ':sample': text },
});

/** An event that comes late tells an older state; the same state read again renews what is known. */
const alarmExpression = (alarms: readonly AlarmObservation[], now: EpochSeconds): Update => {
  const placed = alarms.map((alarm, index) => ({ alarm, name: `#alarm${index}`, index }));
  return {
    UpdateExpression: `SET ${placed.map(({ name, index }) => `${name} = :alarm${index}`).join(', ')}`,
    ConditionExpression: placed
      .map(
        ({ name, index }) =>
          `(attribute_not_exists(${name}) OR ${name}.#since <= :since${index} OR ${name}.#state = :state${index})`,
      )
      .join(' AND '),
    ExpressionAttributeNames: {
      '#since': 'since',
      '#state': 'state',
      ...Object.fromEntries(placed.map(({ alarm, name }) => [name, alarmAttribute(alarm.name)])),
    },
    ExpressionAttributeValues: Object.fromEntries(
      placed.flatMap(({ alarm, index }) => [
        [`:alarm${index}`, alarmValue(alarm, now)],
        [`:since${index}`, alarm.since],
        [`:state${index}`, alarm.state],
      ]),
    ),
  };
};

/** The inbox of all clusters in the table. */
export class DynamoInbox implements Inbox {
  readonly #table: Table;
  readonly #policies: Policies;
  readonly #identities: Identities;

  constructor(table: Table) {
    this.#table = table;
    this.#policies = new Policies(table);
    this.#identities = new Identities(table);
  }

  async putHold(cluster: string, hold: Hold): Promise<void> {
    const doing = `writing hold ${hold.key} of cluster ${cluster}`;
    await putItem(this.#table, doing, keyOf(cluster, SORT.hold(hold.key)), holdItem(hold));
  }

  async removeHold(cluster: string, key: string): Promise<void> {
    await deleteItem(this.#table, `removing hold ${key} of cluster ${cluster}`, keyOf(cluster, SORT.hold(key)));
  }

  async putLoss(cluster: string, loss: CapacityLoss): Promise<void> {
    const doing = `writing loss ${loss.id} of cluster ${cluster}`;
    await ifHeld(putItem(this.#table, doing, keyOf(cluster, SORT.loss(loss.id)), lossItem(loss), lossCondition(loss)));
  }

  /** @throws Error for a sample of more than {@link SAMPLE_ITEM} allows; nothing is written */
  async putSample(cluster: string, sample: WorkloadSample): Promise<void> {
    const text = JSON.stringify(sample);
    const bytes = Buffer.byteLength(text);
    if (bytes > SAMPLE_ITEM.mostBytes) {
      throw new Error(
        `the sample of cluster ${cluster} has ${bytes} bytes of at most ${SAMPLE_ITEM.mostBytes}: join more classes into one`,
      );
    }
    const doing = `writing the sample of cluster ${cluster}`;
    await ifHeld(updateItem(this.#table, doing, keyOf(cluster, SORT.sample), sampleExpression(sample.takenAt, text)));
  }

  /** One call, and one more for each alarm when one of them tells an older state than the table knows. */
  async putAlarms(cluster: string, alarms: readonly AlarmObservation[], now: EpochSeconds): Promise<void> {
    if (alarms.length === 0) return;
    const put = (some: readonly AlarmObservation[]) =>
      updateItem(
        this.#table,
        `writing alarms of cluster ${cluster}`,
        keyOf(cluster, SORT.alarms),
        alarmExpression(some, now),
      );
    if (await ifHeld(put(alarms))) return;
    for (const alarm of alarms) await ifHeld(put([alarm]));
  }

  putPolicy(cluster: string, policy: PolicyInput, by: string, now: EpochSeconds): Promise<number> {
    return this.#policies.put(cluster, policy, by, now);
  }

  seedPolicy(cluster: string, policy: PolicyInput, now: EpochSeconds): Promise<boolean> {
    return this.#policies.seed(cluster, policy, now);
  }

  registered(): Promise<readonly RegisteredCluster[]> {
    return this.#policies.registered();
  }

  coresPerUnit(cluster: string): Promise<number | undefined> {
    return this.#policies.coresPerUnit(cluster);
  }

  putIdentity(cluster: string, identity: Identity): Promise<void> {
    return this.#identities.put(cluster, identity);
  }

  clusterOfEmr(emrClusterId: string): Promise<string | undefined> {
    return this.#identities.clusterOfEmr(emrClusterId);
  }

  clusters(): Promise<readonly string[]> {
    return this.#policies.clusters();
  }

  clustersOfAlarm(name: string): Promise<readonly string[]> {
    return this.#policies.clustersOfAlarm(name);
  }
}
