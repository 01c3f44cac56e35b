import { SAMPLE_ITEM } from '../../lambdas/contract.ts';
import { canBeScaled, type Identity } from '../../lambdas/core/identity.ts';
import { RECOMMENDATION_SECONDS } from '../../lambdas/core/losses.ts';
import type { AlarmObservation, CapacityLoss, Hold, WorkloadSample } from '../../lambdas/core/model.ts';
import { parsePolicy } from '../../lambdas/core/policy/parse.ts';
import { lineOf } from '../../lambdas/core/policy/problems.ts';
import type { PolicyInput } from '../../lambdas/core/policy/schema.ts';
import type { EpochSeconds } from '../../lambdas/core/quantities.ts';
import { type Inbox, PolicyRefusedError, type RegisteredCluster } from '../../lambdas/ports/inbox.ts';
import type { FakeTable } from './memory-table.ts';

export class FakeInbox implements Inbox {
  readonly #table: FakeTable;

  constructor(table: FakeTable) {
    this.#table = table;
  }

  async putHold(cluster: string, hold: Hold): Promise<void> {
    this.#table.cluster(cluster).holds.set(hold.key, hold);
  }

  async removeHold(cluster: string, key: string): Promise<void> {
    this.#table.cluster(cluster).holds.delete(key);
  }

  async putLoss(cluster: string, loss: CapacityLoss): Promise<void> {
    const { losses } = this.#table.cluster(cluster);
    const known = losses.get(loss.id);
    const isOver = known?.kind === 'rebalance' && known.at + RECOMMENDATION_SECONDS <= loss.at;
    const counts = known === undefined || (known.kind === 'rebalance' && loss.kind === undefined) || isOver;
    if (counts) losses.set(loss.id, loss);
  }

  async putSample(cluster: string, sample: WorkloadSample): Promise<void> {
    const bytes = Buffer.byteLength(JSON.stringify(sample));
    if (bytes > SAMPLE_ITEM.mostBytes) throw new Error(`the sample of cluster ${cluster} has ${bytes} bytes`);
    const known = this.#table.cluster(cluster);
    if (known.sample === undefined || known.sample.takenAt < sample.takenAt) known.sample = sample;
  }

  async putAlarms(cluster: string, alarms: readonly AlarmObservation[], now: EpochSeconds): Promise<void> {
    const known = this.#table.cluster(cluster).alarms;
    for (const alarm of alarms) {
      const before = known.get(alarm.name)?.alarm;
      const older = before !== undefined && before.since > alarm.since && before.state !== alarm.state;
      if (!older) known.set(alarm.name, { alarm, seenAt: now });
    }
  }

  async putPolicy(cluster: string, input: PolicyInput, _by: string, _now: EpochSeconds): Promise<number> {
    const { policy, problems } = parsePolicy(input);
    if (policy === undefined) throw new PolicyRefusedError(problems, problems.map(lineOf));
    const known = this.#table.cluster(cluster);
    const text = JSON.stringify(input);
    const version = known.policy?.text === text ? known.policy.version : (known.policy?.version ?? 0) + 1;
    known.policy = { version, text };
    known.goodPolicies = [known.policy, ...known.goodPolicies.filter((good) => good.text !== text)];
    known.alarmNames = policy.alarms.map(({ name }) => name);
    return version;
  }

  async seedPolicy(cluster: string, policy: PolicyInput, now: EpochSeconds): Promise<boolean> {
    const { problems = [] } = parsePolicy(policy);
    if (problems.length > 0) throw new PolicyRefusedError(problems, problems.map(lineOf));
    if (this.#table.cluster(cluster).policy !== undefined) return false;
    await this.putPolicy(cluster, policy, 'deploy', now);
    return true;
  }

  async registered(): Promise<readonly RegisteredCluster[]> {
    return [...this.#table.clusters]
      .filter(([, { policy, identity }]) => policy !== undefined || identity !== undefined)
      .map(([cluster, { policy, identity, alarmNames }]) => ({
        cluster,
        hasPolicy: policy !== undefined,
        alarms: alarmNames,
        ...(identity === undefined ? {} : { identity }),
      }));
  }

  async putIdentity(cluster: string, identity: Identity): Promise<void> {
    this.#table.cluster(cluster).identity = identity;
  }

  async clusterOfEmr(emrClusterId: string): Promise<string | undefined> {
    const found = [...this.#table.clusters].find(
      ([, { identity }]) => canBeScaled(identity) && identity.emrClusterId === emrClusterId,
    );
    return found?.[0];
  }

  async coresPerUnit(cluster: string): Promise<number | undefined> {
    const text = this.#table.cluster(cluster).policy?.text;
    return text === undefined ? undefined : parsePolicy(JSON.parse(text)).policy?.capacity.coresPerUnit;
  }

  async clusters(): Promise<readonly string[]> {
    return [...this.#table.clusters].filter(([, { policy }]) => policy !== undefined).map(([name]) => name);
  }

  async clustersOfAlarm(name: string): Promise<readonly string[]> {
    return [...this.#table.clusters].filter(([, known]) => known.alarmNames.includes(name)).map(([cluster]) => cluster);
  }
}
