/** A table that is gone, refuses, hangs, throttles or answers nonsense: every operation throws, and says what it was doing. */
import { isConditionFailed, isThrottled, isTimeout } from '../../../../lambdas/adapters/aws-errors.ts';
import { DynamoClusterStore } from '../../../../lambdas/adapters/dynamo/cluster-store.ts';
import { DynamoInbox } from '../../../../lambdas/adapters/dynamo/inbox.ts';
import { DynamoJournal } from '../../../../lambdas/adapters/dynamo/journal.ts';
import type { Table } from '../../../../lambdas/adapters/dynamo/table.ts';
import { DynamoCallTokens } from '../../../../lambdas/adapters/dynamo/tokens.ts';
import { alarmIs, at, hold, loss, memory, sample } from '../../core/builders.ts';
import { type Fault, FaultyProxy } from './faulty-proxy.ts';
import { LocalTables, localClient } from './local-table.ts';

const journalOn = (table: Table): DynamoJournal =>
  new DynamoJournal(table, {
    cluster: 'j-1',
    retentionDays: 1,
    clock: { now: () => at(0) },
    pause: async () => undefined,
  });

const storeOn = (table: Table): DynamoClusterStore => new DynamoClusterStore(table, 'j-1', () => 'id');

/** Every operation of every port, and what its errors begin with. */
const OPERATIONS: readonly (readonly [doing: string, work: (table: Table) => Promise<unknown>])[] = [
  ['loading cluster j-1', (table) => storeOn(table).load(at(0))],
  ['saving cluster j-1', (table) => storeOn(table).save(memory(), 0, at(0))],
  ['writing the journal of cluster j-1', (table) => journalOn(table).write(undefined, { fence: 1, outcome: 'failed' })],
  ['reading the journal of cluster j-1', (table) => journalOn(table).read(at(0), at(1))],
  [
    'taking EMR calls from the budget (ListInstanceFleets)',
    (table) => new DynamoCallTokens(table).take(['ListInstanceFleets'], 'loss', at(0)),
  ],
  ['writing hold etl of cluster j-1', (table) => new DynamoInbox(table).putHold('j-1', hold())],
  ['removing hold etl of cluster j-1', (table) => new DynamoInbox(table).removeHold('j-1', 'etl')],
  ['writing loss i-0 of cluster j-1', (table) => new DynamoInbox(table).putLoss('j-1', loss(1, 0))],
  ['writing the sample of cluster j-1', (table) => new DynamoInbox(table).putSample('j-1', sample())],
  ['writing alarms of cluster j-1', (table) => new DynamoInbox(table).putAlarms('j-1', [alarmIs('a', 'OK')], at(0))],
  ['reading the policy of cluster j-1', (table) => new DynamoInbox(table).putPolicy('j-1', {}, 'ann', at(0))],
  ['listing the clusters', (table) => new DynamoInbox(table).clusters()],
  [
    'writing which EMR cluster j-1 is',
    (table) => new DynamoInbox(table).putIdentity('j-1', { at: at(0), lookedFor: 'x', emrClusterId: 'j-A' }),
  ],
  ['reading whose the EMR cluster j-A is', (table) => new DynamoInbox(table).clusterOfEmr('j-A')],
  ['writing the first policy of cluster j-1', (table) => new DynamoInbox(table).seedPolicy('j-1', {}, at(0))],
  ['reading whose alarm a is', (table) => new DynamoInbox(table).clustersOfAlarm('a')],
];

let tables: LocalTables;
let proxy: FaultyProxy;
let port: number;
let name: string;
let opened: Table[] = [];

beforeAll(async () => {
  tables = await LocalTables.start();
  ({ proxy, port } = await FaultyProxy.start(tables.port));
  ({ name } = await tables.make());
});

afterAll(async () => {
  await proxy.stop();
  await tables.stop();
});

afterEach(() => {
  for (const { client } of opened) client.destroy();
  opened = [];
});

/** Through the proxy, by a client of its own: the SDK repeats less after many failures of one client. */
const open = (maxAttempts: number, attemptMilliseconds = 5000): Table => {
  const table = { client: localClient(port, { maxAttempts, attemptMilliseconds }), name };
  opened.push(table);
  return table;
};

const failure = async (work: Promise<unknown>): Promise<Error> => {
  const result = await work.then(
    () => undefined,
    (error: unknown) => error as Error,
  );
  if (result === undefined) throw new Error('it did not fail');
  return result;
};

describe.each(OPERATIONS)('%s', (doing, work) => {
  test('the table is gone', async () => {
    proxy.break(() => undefined);
    const error = await failure(work({ ...open(1), name: 'gone' }));
    expect(error.message).toContain(`${doing} (table gone): ResourceNotFoundException`);
    expect([isTimeout(error), isThrottled(error), isConditionFailed(error)]).toEqual([false, false, false]);
  });

  test('nobody listens', async () => {
    const client = localClient(1, { maxAttempts: 1 });
    const error = await failure(work({ client, name: 'any' }));
    client.destroy();
    expect(error.message).toMatch(/ECONNREFUSED/);
    expect(error.message.startsWith(`${doing} (table any)`)).toBe(true);
  });

  test('no answer → given up after the client’s attempts, and it is known for a time-out', async () => {
    proxy.break(() => 'hang');
    const from = proxy.calls.length;
    const error = await failure(work(open(2, 100)));
    expect(error.message.startsWith(`${doing} (table ${name}): TimeoutError`)).toBe(true);
    expect(isTimeout(error)).toBe(true);
    expect(proxy.calls.length - from).toBe(2);
  });

  test.each<[Fault, (error: Error) => boolean]>([
    ['throttle', isThrottled],
    ['html', (error) => !isThrottled(error) && !isTimeout(error)],
    ['lose-request', (error) => !isThrottled(error) && !isConditionFailed(error)],
  ])('%s → one line', async (fault, isKnown) => {
    proxy.break(() => fault);
    const error = await failure(work(open(1)));
    expect(error.message.startsWith(`${doing} (table ${name}): `)).toBe(true);
    expect(error.message).not.toContain('\n');
    expect(isKnown(error)).toBe(true);
  });

  test('the cause carries neither the request nor the answer', async () => {
    proxy.break(() => 'throttle');
    const { cause } = await failure(work(open(1)));
    expect(Object.keys(cause as object)).toEqual(['name']);
  });
});

test('one answer is lost, the SDK has an attempt left → nobody notices', async () => {
  for (const [, work] of OPERATIONS.slice(1)) {
    proxy.break((index) => (index === 0 ? 'lose-answer' : undefined));
    await work(open(2));
  }
});
