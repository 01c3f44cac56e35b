/** Writes of policies that break off, and what the inbox costs in calls. */
import { DynamoClusterStore } from '../../../../lambdas/adapters/dynamo/cluster-store.ts';
import { DynamoInbox } from '../../../../lambdas/adapters/dynamo/inbox.ts';
import { queryItems, type Table } from '../../../../lambdas/adapters/dynamo/table.ts';
import { policyPartition } from '../../../../lambdas/contract.ts';
import type { Identity } from '../../../../lambdas/core/identity.ts';
import type { PolicyInput } from '../../../../lambdas/core/policy/schema.ts';
import { alarmIs, at, hold, loss, sample } from '../../core/builders.ts';
import { FaultyProxy } from './faulty-proxy.ts';
import { LocalTables, localClient } from './local-table.ts';

let tables: LocalTables;
let table: Table;
let inbox: DynamoInbox;

beforeAll(async () => {
  tables = await LocalTables.start();
});

afterAll(() => tables.stop());

beforeEach(async () => {
  table = await tables.make();
  inbox = new DynamoInbox(table);
});

const naming = (...names: readonly string[]): PolicyInput => ({
  alarms: names.map((name) => ({ name, direction: 'up', stepUnits: 1 })),
});

const IDENTITY: Identity = { at: at(0), lookedFor: 'the name sql', emrClusterId: 'j-A' };

/** Work whose nth call goes wrong; gives the error, or what the work gave. */
const throughFault = async (
  call: number,
  fault: 'lose-request' | 'lose-answer',
  work: (broken: DynamoInbox) => Promise<unknown>,
): Promise<unknown> => {
  const { proxy, port } = await FaultyProxy.start(tables.port);
  const client = localClient(port, { maxAttempts: 1 });
  proxy.break((index) => (index === call ? fault : undefined));
  try {
    return await work(new DynamoInbox({ client, name: table.name })).catch((error: unknown) => error);
  } finally {
    client.destroy();
    await proxy.stop();
  }
};

const versionsKept = async (): Promise<unknown[]> =>
  (await queryItems(table, 'reading versions', policyPartition('j-1'))).map(({ version, policy, by }) => ({
    version,
    policy: JSON.parse(String(policy)) as unknown,
    by,
  }));

describe('calls', () => {
  test.each([
    ['a hold', () => inbox.putHold('j-1', hold()), ['PutItem']],
    ['the end of a hold', () => inbox.removeHold('j-1', 'etl'), ['DeleteItem']],
    ['a loss', () => inbox.putLoss('j-1', loss(1, 0)), ['PutItem']],
    ['a sample', () => inbox.putSample('j-1', sample()), ['UpdateItem']],
    ['alarms', () => inbox.putAlarms('j-1', [alarmIs('a', 'OK'), alarmIs('b', 'OK')], at(0)), ['UpdateItem']],
    ['no alarms', () => inbox.putAlarms('j-1', [], at(0)), []],
    ['the clusters', () => inbox.clusters(), ['Query']],
    ['the clusters of an alarm', () => inbox.clustersOfAlarm('a'), ['Query']],
    ['every cluster with its alarms and identity', () => inbox.registered(), ['Query']],
    ['whose an EMR cluster is', () => inbox.clusterOfEmr('j-A'), ['GetItem']],
    ['vCPUs of a unit', () => inbox.coresPerUnit('j-1'), ['GetItem']],
    [
      'a cluster that was found',
      () => inbox.putIdentity('j-1', IDENTITY),
      ['GetItem', 'PutItem', 'PutItem', 'UpdateItem'],
    ],
    ['a seed', () => inbox.seedPolicy('j-1', {}, at(0)), ['PutItem', 'PutItem', 'GetItem', 'UpdateItem']],
  ])('%s', async (_, work, expected) => {
    await expect(tables.callsOf(work)).resolves.toEqual(expected);
  });
});

test('a cluster that is still the same → written without the index by EMR’s id', async () => {
  await inbox.putIdentity('j-1', IDENTITY);
  const again = () => inbox.putIdentity('j-1', { ...IDENTITY, at: at(600) });
  await expect(tables.callsOf(again)).resolves.toEqual(['GetItem', 'PutItem', 'UpdateItem']);
});

describe('a change of identity that breaks off', () => {
  /** Read, by EMR's id, own partition, removed by the old id, list. */
  const CALLS = 5;
  const SUCCESSOR = { ...IDENTITY, emrClusterId: 'j-B' };

  test.each(
    Array.from({ length: CALLS }, (_, call) => call).flatMap((call) => [
      { call, fault: 'lose-request' as const },
      { call, fault: 'lose-answer' as const },
    ]),
  )('at call $call ($fault) → an error; written again → complete', async ({ call, fault }) => {
    await inbox.putIdentity('j-1', IDENTITY);
    await expect(throughFault(call, fault, (broken) => broken.putIdentity('j-1', SUCCESSOR))).resolves.toBeInstanceOf(
      Error,
    );
    await inbox.putIdentity('j-1', SUCCESSOR);
    await expect(inbox.clusterOfEmr('j-A')).resolves.toBeUndefined();
    await expect(inbox.clusterOfEmr('j-B')).resolves.toBe('j-1');
  });

  test('no call is left that could break', async () => {
    await inbox.putIdentity('j-1', IDENTITY);
    await expect(
      throughFault(CALLS, 'lose-request', (broken) => broken.putIdentity('j-1', SUCCESSOR)),
    ).resolves.toBeUndefined();
  });
});

describe('a seed that breaks off', () => {
  /** Put; kept; read, 1 alarm put, registered. */
  const CALLS = 5;

  test.each(
    Array.from({ length: CALLS }, (_, call) => call).flatMap((call) => [
      { call, fault: 'lose-request' as const },
      { call, fault: 'lose-answer' as const },
    ]),
  )('at call $call ($fault) → an error; seeded again → complete, version 1', async ({ call, fault }) => {
    await expect(
      throughFault(call, fault, (broken) => broken.seedPolicy('j-1', naming('queue'), at(0))),
    ).resolves.toBeInstanceOf(Error);
    await inbox.seedPolicy('j-1', naming('queue'), at(60));
    await expect(inbox.clustersOfAlarm('queue')).resolves.toEqual(['j-1']);
    await expect(inbox.clusters()).resolves.toEqual(['j-1']);
    await expect(versionsKept()).resolves.toEqual([{ version: 1, policy: naming('queue'), by: 'deploy' }]);
  });
});

describe('versions', () => {
  test('all are kept as they were written, and by whom', async () => {
    await inbox.putPolicy('j-1', { mode: 'shadow' }, 'ann', at(0));
    await inbox.putPolicy('j-1', {}, 'bob', at(1));
    await expect(versionsKept()).resolves.toEqual([
      { version: 1, policy: { mode: 'shadow' }, by: 'ann' },
      { version: 2, policy: {}, by: 'bob' },
    ]);
  });
});

describe('a write of a policy that breaks off', () => {
  /** From the policy before to the new one: read, put; keep; read, 2 alarms put, 1 removed, registered. */
  const CALLS = 8;

  const breakingOff = (call: number, fault: 'lose-request' | 'lose-answer'): Promise<unknown> =>
    throughFault(call, fault, (broken) => broken.putPolicy('j-1', naming('queue', 'spot'), 'ann', at(1)));

  const everything = async () => ({
    clusters: await inbox.clusters(),
    alarms: (await inbox.registered())[0]?.alarms,
    memory: await inbox.clustersOfAlarm('memory'),
    queue: await inbox.clustersOfAlarm('queue'),
    spot: await inbox.clustersOfAlarm('spot'),
    kept: (await versionsKept()).length,
    policy: (await new DynamoClusterStore(table, 'j-1', () => 'id').load(at(2))).policy.version,
  });

  test.each(
    Array.from({ length: CALLS }, (_, call) => call).flatMap((call) => [
      { call, fault: 'lose-request' as const },
      { call, fault: 'lose-answer' as const },
    ]),
  )('at call $call ($fault) → an error; written again → version 2, complete', async ({ call, fault }) => {
    await inbox.putPolicy('j-1', naming('memory', 'spot'), 'ann', at(0));
    await expect(breakingOff(call, fault)).resolves.toBeInstanceOf(Error);
    await expect(inbox.putPolicy('j-1', naming('queue', 'spot'), 'ann', at(2))).resolves.toBe(2);
    await expect(everything()).resolves.toEqual({
      clusters: ['j-1'],
      alarms: ['queue', 'spot'],
      memory: [],
      queue: ['j-1'],
      spot: ['j-1'],
      kept: 2,
      policy: 2,
    });
  });

  test('no call is left that could break', async () => {
    await inbox.putPolicy('j-1', naming('memory', 'spot'), 'ann', at(0));
    await expect(breakingOff(CALLS, 'lose-request')).resolves.toBe(2);
  });
});
