/** The adapters keep the contracts of their ports, over any server that speaks DynamoDB. */
import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { DynamoClusterStore } from '../../../../lambdas/adapters/dynamo/cluster-store.ts';
import { DynamoInbox } from '../../../../lambdas/adapters/dynamo/inbox.ts';
import { DynamoJournal } from '../../../../lambdas/adapters/dynamo/journal.ts';
import { DynamoLedger } from '../../../../lambdas/adapters/dynamo/ledger.ts';
import { DynamoMarkers } from '../../../../lambdas/adapters/dynamo/markers.ts';
import { type Table, updateItem } from '../../../../lambdas/adapters/dynamo/table.ts';
import { DynamoCallTokens } from '../../../../lambdas/adapters/dynamo/tokens.ts';
import { clusterPartition, SORT } from '../../../../lambdas/contract.ts';
import { epochSeconds } from '../../../../lambdas/core/quantities.ts';
import { clusterStoreContract } from '../../ports/cluster-store.contract.ts';
import { inboxContract } from '../../ports/inbox.contract.ts';
import { journalContract } from '../../ports/journal.contract.ts';
import { ledgerContract } from '../../ports/ledger.contract.ts';
import { markersContract } from '../../ports/markers.contract.ts';
import { callTokensContract } from '../../ports/tokens.contract.ts';

/** A new, empty table. */
export type MakeTable = () => Promise<Table>;

const adaptersOver = async (makeTable: MakeTable) => {
  const table = await makeTable();
  let now = 0;
  return {
    table,
    inbox: new DynamoInbox(table),
    store: (cluster: string) => new DynamoClusterStore(table, cluster, randomUUID),
    journal: (cluster: string, retentionDays = 30) =>
      new DynamoJournal(table, {
        cluster,
        retentionDays,
        clock: { now: () => epochSeconds(now) },
        pause: async () => undefined,
      }),
    setNow: (seconds: number) => {
      now = seconds;
    },
  };
};

/** Somebody changes attributes in the AWS console. */
const edit = async (
  table: Table,
  cluster: string,
  sort: string,
  attributes: Record<string, unknown>,
): Promise<void> => {
  const names = Object.keys(attributes);
  await updateItem(
    table,
    'editing',
    { partition: clusterPartition(cluster), sort },
    {
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, attributes[name]])),
    },
  );
};

/**
 * Every contract that is kept with a table.
 * @param name of what the tables are in
 */
export const tableContracts = (name: string, makeTable: MakeTable): void => {
  const adapters = () => adaptersOver(makeTable);

  clusterStoreContract(name, async () => {
    const made = await adapters();
    return {
      ...made,
      editPolicy: (cluster, version, policy) => edit(made.table, cluster, SORT.policy, { version, policy }),
      breakMemory: (cluster, text) => edit(made.table, cluster, SORT.state, { memory: gzipSync(text) }),
    };
  });

  inboxContract(name, adapters);
  journalContract(name, adapters);
  ledgerContract(name, async () => {
    const table = await makeTable();
    return (cluster) => new DynamoLedger(table, cluster);
  });
  markersContract(name, async () => new DynamoMarkers(await makeTable()));

  callTokensContract(
    name,
    async () => {
      const table = await makeTable();
      return { client: () => new DynamoCallTokens(table) };
    },
    25,
  );
};
