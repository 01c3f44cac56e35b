/** The adapters over dynalite keep the contracts of their ports. */
import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { DynamoClusterStore } from '../../../../lambdas/adapters/dynamo/cluster-store.ts';
import { DynamoInbox } from '../../../../lambdas/adapters/dynamo/inbox.ts';
import { DynamoJournal } from '../../../../lambdas/adapters/dynamo/journal.ts';
import { type Table, updateItem } from '../../../../lambdas/adapters/dynamo/table.ts';
import { DynamoCallTokens } from '../../../../lambdas/adapters/dynamo/tokens.ts';
import { clusterPartition, SORT } from '../../../../lambdas/contract.ts';
import { epochSeconds } from '../../../../lambdas/core/quantities.ts';
import { clusterStoreContract } from '../../ports/cluster-store.contract.ts';
import { inboxContract } from '../../ports/inbox.contract.ts';
import { journalContract } from '../../ports/journal.contract.ts';
import { callTokensContract } from '../../ports/tokens.contract.ts';
import { LocalTables } from './local-table.ts';

let tables: LocalTables;

beforeAll(async () => {
  tables = await LocalTables.start();
});

afterAll(() => tables.stop());

const adapters = async () => {
  const table = await tables.make();
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

clusterStoreContract('DynamoDB', async () => {
  const made = await adapters();
  return {
    ...made,
    editPolicy: (cluster, version, policy) => edit(made.table, cluster, SORT.policy, { version, policy }),
    breakMemory: (cluster, text) => edit(made.table, cluster, SORT.state, { memory: gzipSync(text) }),
  };
});

inboxContract('DynamoDB', adapters);
journalContract('DynamoDB', adapters);

callTokensContract(
  'DynamoDB',
  async () => {
    const table = await tables.make();
    return { client: () => new DynamoCallTokens(table) };
  },
  25,
);
