/** What a tick writes of money: hourly, after the claim, and never in the way of scaling. */

import { keepSpent } from '../../../lambdas/app/keep-spent.ts';
import type { ReconcilePorts } from '../../../lambdas/app/reconcile.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { FakeClusterStore } from '../../fakes/cluster-store.ts';
import { FakeInbox } from '../../fakes/inbox.ts';
import { FakeJournal } from '../../fakes/journal.ts';
import { FakeLedger } from '../../fakes/ledger.ts';
import { FakeTable } from '../../fakes/memory-table.ts';
import { FakeCallTokens } from '../../fakes/tokens.ts';
import { at, NOON } from '../core/builders.ts';
import { partOf } from '../ports/ledger.contract.ts';
import { CLUSTER, LOCATED, LOOP_POLICY, Loop, TICK_SECONDS } from './loop.ts';

const HOUR_TICKS = 3600 / TICK_SECONDS;

const loopWith = async (queries: (seconds: number) => number, through?: (ports: ReconcilePorts) => ReconcilePorts) => {
  const table = new FakeTable();
  const inbox = new FakeInbox(table);
  await inbox.putPolicy(CLUSTER, LOOP_POLICY, 'ann', at(0));
  table.cluster(CLUSTER).identity = LOCATED;
  const ledger = new FakeLedger();
  const kept = {
    inbox,
    store: new FakeClusterStore(table, CLUSTER),
    journal: new FakeJournal(table, CLUSTER, 30, { now: () => at(0) }),
    tokens: new FakeCallTokens(),
    ledger,
  };
  const loop = new Loop({ kept, queries, ...(through === undefined ? {} : { through }) });
  return { loop, ledger };
};

test('three hours of ticks → one record, written once an hour, that reaches to the last of them', async () => {
  let puts = 0;
  const { loop, ledger } = await loopWith(
    () => 10,
    (ports) => ({
      ...ports,
      ledger: {
        put: async (part) => {
          puts += 1;
          await ports.ledger.put(part);
        },
      },
    }),
  );
  for (let tick = 0; tick <= 3 * HOUR_TICKS; tick += 1) await loop.tick(tick);
  const parts = await ledger.read(0, 99_999);
  expect(parts).toHaveLength(1);
  expect(parts[0]).toMatchObject({ from: NOON, until: epochSeconds(NOON + 3 * 3600), emrClusterId: CLUSTER });
  expect(parts[0]?.unitHours).toBeGreaterThan(25);
  expect(puts).toBe(3);
});

test('the ledger refuses in the tick that has to grow → the fleet grows, the tick fails loudly, an hour later all is there', async () => {
  let broken = true;
  const grows = HOUR_TICKS;
  const { loop, ledger } = await loopWith(
    (seconds) => (seconds < 3600 ? 10 : 40),
    (ports) => ({
      ...ports,
      ledger: {
        put: async (part) => {
          if (broken) throw new Error('the ledger is closed');
          await ports.ledger.put(part);
        },
      },
    }),
  );
  for (let tick = 0; tick < grows; tick += 1) await loop.tick(tick);
  await expect(loop.tick(grows)).rejects.toThrow('the ledger is closed');
  expect(loop.fleet.world.target).toBe(40);
  broken = false;
  for (let tick = grows + 1; tick <= 2 * HOUR_TICKS; tick += 1) await loop.tick(tick);
  const [part] = await ledger.read(0, 99_999);
  expect(part).toMatchObject({ from: NOON, knownSeconds: 7200 });
});

describe('beside the work of a tick', () => {
  const failing = (what: string) => ({ put: () => Promise.reject(new Error(what)) });
  const work = async (): Promise<void> => undefined;
  const part = partOf(20_000);

  test('nothing is due → the ledger is not called', async () => {
    await expect(keepSpent(work(), failing('never'))).resolves.toBeUndefined();
  });

  test('the work fails → its own error, and the record is written all the same', async () => {
    const ledger = new FakeLedger();
    const error = new Error('EMR said no');
    await expect(keepSpent(Promise.reject(error), ledger, [part])).rejects.toBe(error);
    await expect(ledger.read(0, 99_999)).resolves.toEqual([part]);
  });

  test('both fail → both are told', async () => {
    const both = keepSpent(Promise.reject(new Error('EMR said no')), failing('the table said no'), [part]);
    await expect(both).rejects.toThrow('EMR said no; the table said no');
  });

  test('the ledger hangs → the call goes out at once', async () => {
    let called = false;
    const slow = { put: () => new Promise<void>((resolve) => setTimeout(resolve, 50)) };
    const sent = (async () => {
      called = true;
    })();
    const kept = keepSpent(sent, slow, [part]);
    expect(called).toBe(true);
    await kept;
  });
});
