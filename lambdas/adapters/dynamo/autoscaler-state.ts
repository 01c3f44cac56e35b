/**
 * A cluster's partition of the table, for those who watch. One eventually consistent query: a second's delay shows
 * nobody a wrong graph, and it costs half.
 *
 * Needs the permission `dynamodb:Query` on the table, for the partition key `CLUSTER#<cluster>` alone
 * (`dynamodb:LeadingKeys`), and nothing else.
 */
import { clusterPartition, SORT } from '../../contract.ts';
import type { EpochSeconds } from '../../core/quantities.ts';
import type { AutoscalerState, AutoscalerView } from '../../ports/autoscaler-state.ts';
import { readArrived } from './cluster-items.ts';
import { readPolicy } from './policy-item.ts';
import { readState } from './state-item.ts';
import { queryItems, sortOf, type Table } from './table.ts';

/** {@link AutoscalerState} of one cluster. */
export class DynamoAutoscalerState implements AutoscalerState {
  readonly #table: Table;
  readonly #cluster: string;

  constructor(table: Table, cluster: string) {
    this.#table = table;
    this.#cluster = cluster;
  }

  /** Memory that cannot be used is empty here too: the loop starts anew with it. */
  async read(now: EpochSeconds): Promise<AutoscalerView> {
    const doing = `reading the state of cluster ${this.#cluster}`;
    const found = await queryItems(this.#table, doing, clusterPartition(this.#cluster), undefined, false);
    const items = new Map(found.map((item) => [sortOf(item), item]));
    const { memory } = readState(this.#cluster, items.get(SORT.state));
    const { sample, holds } = readArrived(items, now);
    const policy = readPolicy(this.#cluster, items.get(SORT.policy));
    return { memory, policy, holds, ...(sample === undefined ? {} : { sample }) };
  }
}
