/** What is kept of one cluster between ticks: read with one query, saved with one conditional update. */
import { clusterPartition, SORT } from '../../contract.ts';
import type { Memory } from '../../core/memory.ts';
import type { EpochSeconds } from '../../core/quantities.ts';
import {
  type ClusterStore,
  type ClusterView,
  type Fence,
  FenceLostError,
  type PolicyInForce,
} from '../../ports/cluster-store.ts';
import { isConditionFailed } from '../aws-errors.ts';
import { readArrived } from './cluster-items.ts';
import { readIdentity } from './identity-item.ts';
import { readPolicy } from './policy-item.ts';
import { isSavedBy, readState, type Saving, saveExpression } from './state-item.ts';
import { getItem, queryItems, sortOf, type Table, updateItem } from './table.ts';

const noticed = (policy: PolicyInForce, notices: readonly (string | undefined)[]): PolicyInForce => {
  const all = [policy.notice, ...notices].filter((notice) => notice !== undefined);
  return all.length === 0 ? policy : { ...policy, notice: all.join('. ') };
};

/** The cluster's partition of the table. */
export class DynamoClusterStore implements ClusterStore {
  readonly #table: Table;
  readonly #cluster: string;
  readonly #newId: () => string;

  /** @param newId gives a value that was never given before, e.g. a UUID */
  constructor(table: Table, cluster: string, newId: () => string) {
    this.#table = table;
    this.#cluster = cluster;
    this.#newId = newId;
  }

  /** Notices of memory and of items from outside are told with the policy's. */
  async load(now: EpochSeconds): Promise<ClusterView> {
    const doing = `loading cluster ${this.#cluster}`;
    const found = await queryItems(this.#table, doing, clusterPartition(this.#cluster));
    const items = new Map(found.map((item) => [sortOf(item), item]));
    const { notice, ...state } = readState(this.#cluster, items.get(SORT.state));
    const { notices, ...arrived } = readArrived(items, now);
    const policy = readPolicy(this.#cluster, items.get(SORT.policy));
    const identity = readIdentity(items.get(SORT.identity));
    return {
      ...state,
      ...arrived,
      policy: noticed(policy, [notice, ...notices]),
      ...(identity === undefined ? {} : { identity }),
    };
  }

  async save(memory: Memory, fence: Fence, now: EpochSeconds, claimUntil?: EpochSeconds): Promise<Fence> {
    const saving: Saving = { memory, fence, now, claimUntil, writeId: this.#newId() };
    try {
      await updateItem(this.#table, `saving cluster ${this.#cluster}`, this.#stateKey, saveExpression(saving));
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
      if (!(await this.#wasOurs(saving))) throw new FenceLostError(this.#cluster, fence);
    }
    return fence + 1;
  }

  get #stateKey() {
    return { partition: clusterPartition(this.#cluster), sort: SORT.state };
  }

  /** The SDK repeats a write whose answer was lost, and the repetition meets the first one's fence. */
  async #wasOurs(saving: Saving): Promise<boolean> {
    const doing = `looking who saved cluster ${this.#cluster}`;
    return isSavedBy(saving, await getItem(this.#table, doing, this.#stateKey));
  }
}
