/** Batches of which DynamoDB leaves something, and records that people have changed. */
import { DynamoClusterStore } from '../../../../lambdas/adapters/dynamo/cluster-store.ts';
import { DynamoInbox } from '../../../../lambdas/adapters/dynamo/inbox.ts';
import { DynamoJournal } from '../../../../lambdas/adapters/dynamo/journal.ts';
import { putItem, queryItems, type Table } from '../../../../lambdas/adapters/dynamo/table.ts';
import { journalPartition } from '../../../../lambdas/contract.ts';
import { decide } from '../../../../lambdas/core/decide.ts';
import type { FullRecord } from '../../../../lambdas/core/record.ts';
import { at, memory, NOON, observation, policyWith } from '../../core/builders.ts';
import { FaultyProxy } from './faulty-proxy.ts';
import { LocalTables, localClient } from './local-table.ts';

let tables: LocalTables;
let table: Table;
let proxy: FaultyProxy;
let throughProxy: Table;
let pauses: number[];

beforeAll(async () => {
  tables = await LocalTables.start();
});

afterAll(() => tables.stop());

beforeEach(async () => {
  table = await tables.make();
  const started = await FaultyProxy.start(tables.port);
  proxy = started.proxy;
  throughProxy = { client: localClient(started.port), name: table.name };
  pauses = [];
});

afterEach(async () => {
  throughProxy.client.destroy();
  await proxy.stop();
});

const journalOn = (on: Table): DynamoJournal =>
  new DynamoJournal(on, {
    cluster: 'j-1',
    retentionDays: 30,
    clock: { now: () => at(0) },
    pause: async (milliseconds) => {
      pauses.push(milliseconds);
    },
  });

const record = (): FullRecord => {
  const given = { observation: observation(), policy: policyWith(), memory: memory() };
  return { now: at(0), ...given, decision: decide(given.observation, given.policy, given.memory, at(0)).decision };
};

const outcomeSeen = async () => {
  await new DynamoInbox(table).putPolicy('j-1', {}, 'ann', at(0));
  return (await new DynamoClusterStore(table, 'j-1', () => 'id').load(at(0))).outcome;
};

test('record and outcome are one call', async () => {
  const work = () => journalOn(table).write(record(), { fence: 1, outcome: 'accepted' });
  await expect(tables.callsOf(work)).resolves.toEqual(['BatchWriteItem']);
});

test('DynamoDB leaves a batch twice → it is sent again after growing pauses, and all of it is there', async () => {
  proxy.break((index) => (index < 2 ? 'unprocessed' : undefined));
  await journalOn(throughProxy).write(record(), { fence: 4, outcome: 'failed' });
  expect(proxy.calls).toHaveLength(3);
  expect(pauses).toEqual([50, 100]);
  await expect(outcomeSeen()).resolves.toEqual({ fence: 4, outcome: 'failed' });
  await expect(journalOn(table).read(at(0), at(0))).resolves.toHaveLength(1);
});

test('DynamoDB leaves a batch again and again → an error after three tries', async () => {
  proxy.break(() => 'unprocessed');
  await expect(journalOn(throughProxy).write(record(), { fence: 4, outcome: 'failed' })).rejects.toThrow(
    /writing the journal of cluster j-1 \(table table-\d+\): 2 of 2 items were left unwritten 3 times/,
  );
  expect(proxy.calls).toHaveLength(3);
});

test('a record that cannot be read → the error names it', async () => {
  const sort = `${NOON}000`.padStart(15, '0');
  const key = { partition: journalPartition('j-1'), sort };
  await putItem(table, 'editing', key, { record: 'x', expiresAt: NOON + 99 });
  await expect(journalOn(table).read(at(-1), at(1))).rejects.toThrow(
    `record ${sort} of cluster j-1 cannot be read: delete it`,
  );
});

test('DynamoDB can expire records: whole seconds, retention days after the tick', async () => {
  await journalOn(table).write({ ...record(), now: at(0.5) }, undefined);
  const [item] = await queryItems(table, 'looking', journalPartition('j-1'));
  expect(item?.['expiresAt']).toBe(NOON + 30 * 86_400 + 1);
});
