/**
 * Which EMR cluster each cluster is, kept three times: in the cluster's own partition, where a tick reads it with
 * everything else; in the account's list, where dispatch reads all at once; and by EMR's id, for events that carry that.
 */
import { ACCOUNT_PARTITION, ACCOUNT_SORT, clusterPartition, SORT } from '../../contract.ts';
import type { Identity } from '../../core/identity.ts';
import { IDENTITY_ATTRIBUTE, readIdentity } from './identity-item.ts';
import { deleteItem, getItem, ifHeld, type Key, putItem, type Table, updateItem } from './table.ts';

/** By EMR's id only a cluster is known that is scaled: of two names that want one, it is the one that has it. */
const indexed = (identity: Identity | undefined): string | undefined =>
  identity?.problem === undefined ? identity?.emrClusterId : undefined;

const account = (sort: string): Key => ({ partition: ACCOUNT_PARTITION, sort });

/** The identities of all clusters in the table. */
export class Identities {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** The list comes last: while it has the old identity, a repetition finds what is still to be removed. */
  async put(cluster: string, identity: Identity): Promise<void> {
    const doing = `writing which EMR cluster ${cluster} is`;
    const listed = account(ACCOUNT_SORT.cluster(cluster));
    const before = indexed(readIdentity(await getItem(this.#table, doing, listed)));
    const after = indexed(identity);
    const text = JSON.stringify(identity);
    if (after !== undefined && after !== before) {
      await putItem(this.#table, doing, account(ACCOUNT_SORT.emr(after)), { cluster });
    }
    const own: Key = { partition: clusterPartition(cluster), sort: SORT.identity };
    await putItem(this.#table, doing, own, { [IDENTITY_ATTRIBUTE]: text });
    if (before !== undefined && before !== after) await this.#remove(before, cluster, doing);
    await updateItem(this.#table, doing, listed, {
      UpdateExpression: 'SET #identity = :identity',
      ExpressionAttributeNames: { '#identity': IDENTITY_ATTRIBUTE },
      ExpressionAttributeValues: { ':identity': text },
    });
  }

  async clusterOfEmr(emrClusterId: string): Promise<string | undefined> {
    const doing = `reading whose the EMR cluster ${emrClusterId} is`;
    const cluster = (await getItem(this.#table, doing, account(ACCOUNT_SORT.emr(emrClusterId))))?.['cluster'];
    return typeof cluster === 'string' ? cluster : undefined;
  }

  /** Another cluster may have it by now. */
  async #remove(emrClusterId: string, cluster: string, doing: string): Promise<void> {
    const whose = {
      ConditionExpression: '#cluster = :cluster',
      ExpressionAttributeNames: { '#cluster': 'cluster' },
      ExpressionAttributeValues: { ':cluster': cluster },
    };
    await ifHeld(deleteItem(this.#table, doing, account(ACCOUNT_SORT.emr(emrClusterId)), whose));
  }
}
