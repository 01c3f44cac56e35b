/** The loop over the real adapters and dynalite: what a tick costs in calls, and that it does what it does in memory. */
import { randomUUID } from 'node:crypto';
import { DynamoClusterStore } from '../../../lambdas/adapters/dynamo/cluster-store.ts';
import { DynamoInbox } from '../../../lambdas/adapters/dynamo/inbox.ts';
import { DynamoJournal } from '../../../lambdas/adapters/dynamo/journal.ts';
import { DynamoCallTokens } from '../../../lambdas/adapters/dynamo/tokens.ts';
import type { Reconciled } from '../../../lambdas/app/reconcile.ts';
import { LocalTables } from '../adapters/dynamo/local-table.ts';
import { alarmIs, at, hold, loss } from '../core/builders.ts';
import { CLUSTER, LOCATED, LOOP_POLICY, Loop, type LoopOptions } from './loop.ts';

const TICKS = 50;

let tables: LocalTables;

beforeAll(async () => {
  tables = await LocalTables.start();
});

afterAll(() => tables.stop());

const loopOverTable = async (options: Omit<LoopOptions, 'kept'>): Promise<{ loop: Loop; inbox: DynamoInbox }> => {
  const table = await tables.make();
  const inbox = new DynamoInbox(table);
  await inbox.putPolicy(CLUSTER, LOOP_POLICY, 'ann', at(0));
  await inbox.putIdentity(CLUSTER, LOCATED);
  const kept = {
    inbox,
    store: new DynamoClusterStore(table, CLUSTER, randomUUID),
    journal: new DynamoJournal(table, {
      cluster: CLUSTER,
      retentionDays: 30,
      clock: { now: () => at(0) },
      pause: async () => undefined,
    }),
    tokens: new DynamoCallTokens(table),
  };
  return { loop: new Loop({ ...options, kept }), inbox };
};

interface Ticked {
  readonly tick: number;
  readonly calls: readonly string[];
  readonly acted: boolean;
  readonly read: boolean;
}

const countedTick = async (loop: Loop, tick: number): Promise<Ticked> => {
  let result: Reconciled | undefined;
  const calls = await tables.callsOf(async () => {
    result = await loop.tick(tick);
  });
  if (result?.kind !== 'decided') throw new Error(`tick ${tick} was ${result?.kind}`);
  const { decision, memory } = result.decided;
  return { tick, calls, acted: decision.command !== undefined, read: memory.fleet?.readAt === decision.at };
};

const counted = async (queries: (seconds: number) => number): Promise<Ticked[]> => {
  const { loop } = await loopOverTable({ queries });
  const ticks: Ticked[] = [];
  for (let tick = 0; tick < TICKS; tick += 1) ticks.push(await countedTick(loop, tick));
  return ticks;
};

const most = (ticks: readonly Ticked[]): number => Math.max(0, ...ticks.map(({ calls }) => calls.length));

test('nothing happens for 50 ticks → two calls a tick, three with a record; one more to find out what the cluster is', async () => {
  const [first, ...ticks] = await counted(() => 10);
  expect(first?.calls).toEqual(['Query', 'UpdateItem', 'UpdateItem', 'UpdateItem', 'BatchWriteItem']);
  for (const { calls } of ticks.filter(({ read }) => !read)) {
    expect([
      ['Query', 'UpdateItem'],
      ['Query', 'UpdateItem', 'BatchWriteItem'],
    ]).toContainEqual(calls);
  }
  expect(most(ticks.filter(({ read }) => read))).toBeLessThanOrEqual(4);
});

test('growing and shrinking → steady ticks cost three calls at most, ticks that act four', async () => {
  const ticks = await counted((seconds) => (seconds < 60 ? 10 : seconds < 360 ? 30 : 12));
  expect(ticks.filter(({ acted }) => acted)).toHaveLength(2);
  expect(most(ticks.filter(({ acted, read }) => !acted && !read))).toBeLessThanOrEqual(3);
  expect(most(ticks.slice(1))).toBe(4);
});

// Such a tick takes its tokens in two calls, for the read and for the modify.
test('new demand in a tick that reads the fleet routinely → five calls at most', async () => {
  const ticks = await counted((seconds) => (seconds < 60 ? 10 : seconds < 90 ? 30 : 40));
  expect(ticks.filter(({ acted, read }) => acted && read)).toHaveLength(2);
  expect(most(ticks.slice(1))).toBeLessThanOrEqual(5);
});

test('two processes tick at once → one decides, the other is overtaken, EMR is called once', async () => {
  const { loop } = await loopOverTable({ queries: () => 30 });
  const kinds = (await Promise.all([loop.tick(0), loop.tick(0)])).map(({ kind }) => kind);
  expect(kinds.toSorted()).toEqual(['decided', 'overtaken']);
  expect(loop.fleet.modified).toHaveLength(1);
});

test('a hold, a loss and an alarm that come between ticks → the next tick sees them', async () => {
  const { loop, inbox } = await loopOverTable({ queries: () => 10 });
  await loop.tick(0);
  await inbox.putHold(CLUSTER, hold({ units: 25 }));
  await inbox.putLoss(CLUSTER, loss(1, 10));
  await inbox.putAlarms(CLUSTER, [alarmIs('queue', 'ALARM')], at(10));
  const result = await loop.tick(1);
  if (result.kind !== 'decided') throw new Error(result.kind);
  expect(result.record?.observation).toMatchObject({
    holds: [{ units: 25 }],
    losses: [{ units: 1 }],
    alarms: [{ name: 'queue' }],
  });
  expect(loop.fleet.world.target).toBe(25);
});
