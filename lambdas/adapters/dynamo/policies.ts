/**
 * Versions of policies, and the account's lists that are made from them: clusters that have one, and whose policy names
 * which alarm. Writes are single items in such an order that repeating all of it after a failure completes it: the
 * conditional write of the POLICY item decides, everything else follows from it and gives way to a newer version.
 */
import {
  ACCOUNT_PARTITION,
  ACCOUNT_SORT,
  clusterPartition,
  policyPartition,
  policyVersionSort,
  SORT,
} from '../../contract.ts';
import { parsePolicy } from '../../core/policy/parse.ts';
import { lineOf } from '../../core/policy/problems.ts';
import type { Policy, PolicyInput } from '../../core/policy/schema.ts';
import { type EpochSeconds, epochSeconds } from '../../core/quantities.ts';
import { PolicyRefusedError, type RegisteredCluster } from '../../ports/inbox.ts';
import { readIdentity } from './identity-item.ts';
import { newestVersion, policyItem, policyOf, readPolicy } from './policy-item.ts';
import {
  deleteItem,
  type Expression,
  getItem,
  type Item,
  ifHeld,
  type Key,
  putItem,
  queryItems,
  sortOf,
  type Table,
  type Update,
  updateItem,
} from './table.ts';

/** Two owners who write at once take turns; more lost turns than this is no coincidence. */
const MOST_TRIES = 5;

/** A policy to write, known to be good. */
interface Writing {
  readonly cluster: string;
  readonly policy: Policy;
  /** As its owner wrote it: a default that changes later changes for them too. */
  readonly text: string;
  readonly by: string;
  readonly now: EpochSeconds;
}

/** Author of a policy that a deploy has brought. */
const DEPLOY = 'deploy';

const writingOf = (cluster: string, input: PolicyInput, by: string, now: EpochSeconds): Writing => {
  const { policy, problems } = parsePolicy(input);
  if (policy === undefined) throw new PolicyRefusedError(problems, problems.map(lineOf));
  return { cluster, policy, text: JSON.stringify(input), by, now };
};

/** The version attribute as it was read, whatever somebody made of it. */
const sameVersion = (before: Item | undefined): Expression => {
  const names = { ExpressionAttributeNames: { '#version': 'version' } };
  const version = before?.['version'];
  return version === undefined
    ? { ConditionExpression: 'attribute_not_exists(#version)', ...names }
    : { ConditionExpression: '#version = :version', ...names, ExpressionAttributeValues: { ':version': version } };
};

const notNewer = (version: number): Expression => ({
  ConditionExpression: 'attribute_not_exists(#version) OR #version <= :version',
  ExpressionAttributeNames: { '#version': 'version' },
  ExpressionAttributeValues: { ':version': version },
});

/** The identity in the same item stays as it is. */
const registration = (cluster: string, alarms: readonly string[], version: number): Update => {
  const { ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues } = notNewer(version);
  return {
    UpdateExpression: 'SET #cluster = :cluster, #alarms = :alarms, #version = :version',
    ConditionExpression,
    ExpressionAttributeNames: { ...ExpressionAttributeNames, '#cluster': 'cluster', '#alarms': 'alarms' },
    ExpressionAttributeValues: { ...ExpressionAttributeValues, ':cluster': cluster, ':alarms': alarms },
  };
};

const policyKey = (cluster: string): Key => ({ partition: clusterPartition(cluster), sort: SORT.policy });
const account = (sort: string): Key => ({ partition: ACCOUNT_PARTITION, sort });

const alarmsIn = (item: Item | undefined): string[] => {
  const alarms = item?.['alarms'];
  return Array.isArray(alarms) ? alarms.filter((name) => typeof name === 'string') : [];
};

/** An entry of the account's list. What has no name in it has an identity and no policy. */
const registeredOf = (item: Item): RegisteredCluster => {
  const identity = readIdentity(item);
  return {
    cluster: sortOf(item).slice(ACCOUNT_SORT.cluster('').length),
    hasPolicy: item['cluster'] !== undefined,
    alarms: alarmsIn(item),
    ...(identity === undefined ? {} : { identity }),
  };
};

const textsOf = (items: readonly Item[], attribute: string): string[] =>
  items.map((item) => item[attribute]).filter((value) => typeof value === 'string');

/** The policies of all clusters in the table. */
export class Policies {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** Writing what is in force already makes no new version, but completes what an earlier attempt left undone. */
  async put(cluster: string, input: PolicyInput, by: string, now: EpochSeconds): Promise<number> {
    const writing = writingOf(cluster, input, by, now);
    const version = await this.#decide(writing);
    await this.#complete(writing, version);
    return version;
  }

  /** A policy that is there, and that nobody knows of, is one whose writer broke off: the rest of it is done. */
  async seed(cluster: string, input: PolicyInput, now: EpochSeconds): Promise<boolean> {
    const seed = writingOf(cluster, input, DEPLOY, now);
    const first = { version: 1, text: seed.text };
    const item = policyItem(undefined, first, DEPLOY, now);
    const doing = `writing the first policy of cluster ${cluster}`;
    const isNew = await ifHeld(putItem(this.#table, doing, policyKey(cluster), item, sameVersion(undefined)));
    if (isNew) await this.#complete(seed, 1);
    else await this.#completeOthers(cluster);
    return isNew;
  }

  async registered(): Promise<readonly RegisteredCluster[]> {
    const range = { prefix: ACCOUNT_SORT.cluster('') };
    return (await queryItems(this.#table, 'listing the clusters', ACCOUNT_PARTITION, range)).map(registeredOf);
  }

  async clusters(): Promise<readonly string[]> {
    return (await this.registered()).filter(({ hasPolicy }) => hasPolicy).map(({ cluster }) => cluster);
  }

  async coresPerUnit(cluster: string): Promise<number | undefined> {
    const item = await getItem(this.#table, `reading the policy of cluster ${cluster}`, policyKey(cluster));
    return item === undefined ? undefined : readPolicy(cluster, item).policy.capacity.coresPerUnit;
  }

  async clustersOfAlarm(name: string): Promise<readonly string[]> {
    const doing = `reading whose alarm ${name} is`;
    const found = await queryItems(this.#table, doing, ACCOUNT_PARTITION, { prefix: ACCOUNT_SORT.alarm(name, '') });
    // A name may contain the separator, and then begin like another one's key.
    return textsOf(
      found.filter((item) => item['alarm'] === name),
      'cluster',
    );
  }

  /** @returns the version under which the policy is in force */
  async #decide(writing: Writing): Promise<number> {
    const { cluster, text, by, now } = writing;
    const key = policyKey(cluster);
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const before = await getItem(this.#table, `reading the policy of cluster ${cluster}`, key);
      const newest = newestVersion(before);
      if (newest?.text === text && newest.version > 0) return newest.version;
      const next = { version: (newest?.version ?? 0) + 1, text };
      const item = policyItem(before, next, by, now);
      const doing = `writing version ${next.version} of the policy of cluster ${cluster}`;
      if (await ifHeld(putItem(this.#table, doing, key, item, sameVersion(before)))) return next.version;
    }
    throw new Error(
      `the policy of cluster ${cluster} was changed by others ${MOST_TRIES} times meanwhile: write it again`,
    );
  }

  /** One that was broken by hand says nothing that could be completed: its owner is told by every tick. */
  async #completeOthers(cluster: string): Promise<void> {
    const item = await getItem(this.#table, `reading the policy of cluster ${cluster}`, policyKey(cluster));
    const newest = newestVersion(item);
    const policy = newest === undefined ? undefined : policyOf(newest.text);
    if (item === undefined || newest === undefined || policy === undefined) return;
    const { by, at } = item;
    const writing = { cluster, policy, text: newest.text, by: String(by), now: epochSeconds(Number(at)) };
    await this.#complete(writing, newest.version);
  }

  async #complete(writing: Writing, version: number): Promise<void> {
    await this.#keepVersion(writing, version);
    await this.#register(writing, version);
  }

  async #keepVersion({ cluster, text, by, now }: Writing, version: number): Promise<void> {
    const key = { partition: policyPartition(cluster), sort: policyVersionSort(version) };
    const doing = `keeping version ${version} of the policy of cluster ${cluster}`;
    const once = {
      ConditionExpression: 'attribute_not_exists(#version)',
      ExpressionAttributeNames: { '#version': 'version' },
    };
    await ifHeld(putItem(this.#table, doing, key, { version, policy: text, by, at: now }, once));
  }

  /** The cluster's own entry comes last: while it is the old one, a repetition finds what is still to be removed. */
  async #register({ cluster, policy }: Writing, version: number): Promise<void> {
    const key = account(ACCOUNT_SORT.cluster(cluster));
    const doing = `registering cluster ${cluster}`;
    const alarms = policy.alarms.map((alarm) => alarm.name);
    const before = alarmsIn(await getItem(this.#table, doing, key));
    for (const alarm of alarms) {
      const entry = account(ACCOUNT_SORT.alarm(alarm, cluster));
      await ifHeld(putItem(this.#table, doing, entry, { alarm, cluster, version }, notNewer(version)));
    }
    for (const alarm of before.filter((name) => !alarms.includes(name))) {
      const entry = account(ACCOUNT_SORT.alarm(alarm, cluster));
      await ifHeld(deleteItem(this.#table, doing, entry, notNewer(version)));
    }
    await ifHeld(updateItem(this.#table, doing, key, registration(cluster, alarms, version)));
  }
}
