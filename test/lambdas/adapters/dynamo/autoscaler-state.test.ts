/** What those who watch read of the table is what the loop reads, for half the price and without a write. */
import { randomUUID } from 'node:crypto';
import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { DynamoAutoscalerState } from '../../../../lambdas/adapters/dynamo/autoscaler-state.ts';
import { DynamoClusterStore } from '../../../../lambdas/adapters/dynamo/cluster-store.ts';
import { DynamoInbox } from '../../../../lambdas/adapters/dynamo/inbox.ts';
import { type Table, updateItem } from '../../../../lambdas/adapters/dynamo/table.ts';
import { clusterPartition, SORT } from '../../../../lambdas/contract.ts';
import { emptyMemory } from '../../../../lambdas/core/memory.ts';
import { at, hold, loss, memory, NOON, sample } from '../../core/builders.ts';
import { LocalTables, localClient } from './local-table.ts';

let tables: LocalTables;
let table: Table;
let state: DynamoAutoscalerState;

beforeAll(async () => {
  tables = await LocalTables.start();
});

afterAll(() => tables.stop());

beforeEach(async () => {
  table = await tables.make();
  state = new DynamoAutoscalerState(table, 'j-1');
});

const fill = async (): Promise<void> => {
  const inbox = new DynamoInbox(table);
  await inbox.putPolicy('j-1', { mode: 'shadow', capacity: { maximumUnits: 50 } }, 'ann', at(0));
  await inbox.putSample('j-1', sample());
  await inbox.putHold('j-1', hold({ key: 'long', until: NOON + 60 }));
  await inbox.putHold('j-1', hold({ key: 'short', until: NOON + 10 }));
  await inbox.putLoss('j-1', loss(2, 0));
  await inbox.putHold('j-10', hold({ key: 'of another cluster' }));
  const shown = { wantedUnits: 12.5, usdPerHour: 3.25 };
  await new DynamoClusterStore(table, 'j-1', randomUUID).save(memory({ tick: 3, at: NOON, shown }), 0, at(0), at(12));
};

test('a cluster with everything → memory, policy, sample and unexpired holds as the loop reads them', async () => {
  await fill();
  const {
    memory: kept,
    policy,
    sample: pushed,
    holds,
  } = await new DynamoClusterStore(table, 'j-1', randomUUID).load(at(10));
  const found = await state.read(at(10));
  expect(found).toEqual({ memory: kept, policy, sample: pushed, holds });
  expect(found.memory.shown).toEqual({ wantedUnits: 12.5, usdPerHour: 3.25 });
  expect(found.holds.map(({ key }) => key)).toEqual(['long']);
});

test('one eventually consistent query, no write', async () => {
  await fill();
  const send = jest.spyOn(table.client, 'send');
  const calls = await tables.callsOf(() => state.read(at(0)));
  const inputs = send.mock.calls.map(([command]) => command.input as QueryCommandInput);
  send.mockRestore();
  expect(calls).toEqual(['Query']);
  expect(inputs.map(({ ConsistentRead }) => ConsistentRead)).toEqual([false]);
});

test('a policy and nothing else → empty memory', async () => {
  await new DynamoInbox(table).putPolicy('j-1', {}, 'ann', at(0));
  await expect(state.read(at(0))).resolves.toEqual({
    memory: emptyMemory(),
    policy: { policy: expect.objectContaining({ mode: 'act' }), version: 1 },
    holds: [],
  });
});

test('memory that cannot be used → empty, as for the loop', async () => {
  await fill();
  const key = { partition: clusterPartition('j-1'), sort: SORT.state };
  await updateItem(table, 'breaking', key, {
    UpdateExpression: 'SET #memory = :memory',
    ExpressionAttributeNames: { '#memory': 'memory' },
    ExpressionAttributeValues: { ':memory': 'scribble' },
  });
  expect((await state.read(at(0))).memory).toEqual(emptyMemory());
});

test('no policy → an error that says what to do', async () => {
  await expect(state.read(at(0))).rejects.toThrow('cluster j-1 has no policy: write one');
});

test('no table, nobody listens → errors that say what was being done', async () => {
  const nowhere = new DynamoAutoscalerState({ ...table, name: 'nowhere' }, 'j-1');
  await expect(nowhere.read(at(0))).rejects.toThrow(
    /^reading the state of cluster j-1 \(table nowhere\): ResourceNotFound/,
  );
  const client = localClient(1);
  await expect(new DynamoAutoscalerState({ client, name: 'table' }, 'j-1').read(at(0))).rejects.toThrow(/ECONNREFUSED/);
  client.destroy();
});
