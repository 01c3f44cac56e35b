/** What a tick takes from the account's budget of EMR calls: what it is about to call, no more, and in whose name. */
import type { Reconciled } from '../../../lambdas/app/reconcile.ts';
import type { CallPriority, EmrOperation } from '../../../lambdas/ports/tokens.ts';
import { FakeClusterStore } from '../../fakes/cluster-store.ts';
import { FakeInbox } from '../../fakes/inbox.ts';
import { FakeJournal } from '../../fakes/journal.ts';
import { FakeTable } from '../../fakes/memory-table.ts';
import { FakeCallTokens } from '../../fakes/tokens.ts';
import { at, loss } from '../core/builders.ts';
import { CLUSTER, LOCATED, LOOP_POLICY, Loop, TICK_SECONDS } from './loop.ts';

interface Taken {
  readonly seconds: number;
  readonly operations: string;
  readonly priority: CallPriority;
}

const FINDING = 'DescribeCluster ListInstanceFleets GetManagedScalingPolicy';
const LIST = 'ListInstanceFleets';
const MODIFY = 'ModifyInstanceFleet';
const BOTH = `${LIST} ${MODIFY}`;

class Bench {
  readonly table = new FakeTable();
  readonly inbox: FakeInbox;
  readonly loop: Loop;
  readonly taken: Taken[] = [];
  /** Operations that nobody gets. */
  readonly spent = new Set<EmrOperation>();
  readonly #tokens = new FakeCallTokens();
  #next = 0;

  constructor(queries: (seconds: number) => number) {
    const { table } = this;
    this.inbox = new FakeInbox(table);
    const kept = {
      inbox: this.inbox,
      store: new FakeClusterStore(table, CLUSTER),
      journal: new FakeJournal(table, CLUSTER, 30, { now: () => at(0) }),
      tokens: {
        take: async (operations: readonly EmrOperation[], priority: CallPriority, now: ReturnType<typeof at>) => {
          if (operations.some((one) => this.spent.has(one))) return false;
          this.taken.push({ seconds: now - at(0), operations: operations.join(' '), priority });
          return this.#tokens.take(operations, priority, now);
        },
      },
    };
    this.loop = new Loop({ kept, queries });
  }

  async begin(): Promise<this> {
    await this.inbox.putPolicy(CLUSTER, LOOP_POLICY, 'ann', at(0));
    await this.inbox.putIdentity(CLUSTER, LOCATED);
    return this;
  }

  /** Ticks up to so many seconds; gives how the last tick ended. */
  async to(seconds: number): Promise<Reconciled | undefined> {
    let last: Reconciled | undefined;
    for (; this.#next * TICK_SECONDS <= seconds; this.#next += 1) last = await this.loop.tick(this.#next);
    return last;
  }

  /** What was taken from then on, beside what was taken to find out what the cluster is. */
  since(seconds: number): readonly Taken[] {
    return this.taken.filter((one) => one.seconds >= seconds && one.operations !== FINDING);
  }
}

test('a quiet hour → every look at the fleet takes a token of ListInstanceFleets alone', async () => {
  const bench = await new Bench(() => 10).begin();
  await bench.to(3600);
  expect(bench.since(0)).toEqual(
    [0, 600, 1200, 1800, 2400, 3000, 3600].map((seconds) => ({
      seconds,
      operations: LIST,
      priority: seconds === 0 ? 'growth' : 'routine',
    })),
  );
});

test('a quiet look and nothing left to modify with → the fleet is looked at all the same', async () => {
  const bench = await new Bench(() => 10).begin();
  await bench.to(585);
  bench.spent.add('ModifyInstanceFleet');
  await bench.to(600);
  expect(bench.since(600)).toEqual([{ seconds: 600, operations: LIST, priority: 'routine' }]);
  expect(bench.loop.memory?.fleet?.readAt).toBe(at(600));
});

test('new demand in a tick that looks routinely → the modify takes a token of its own, as growth', async () => {
  const bench = await new Bench((seconds) => (seconds < 600 ? 10 : 30)).begin();
  await bench.to(600);
  expect(bench.since(600)).toEqual([
    { seconds: 600, operations: LIST, priority: 'routine' },
    { seconds: 600, operations: MODIFY, priority: 'growth' },
  ]);
  expect(bench.loop.fleet.modified).toHaveLength(1);
});

test('the same, and nothing left to modify with → nothing is sent and nothing kept; the next tick does both', async () => {
  const bench = await new Bench((seconds) => (seconds < 600 ? 10 : 30)).begin();
  await bench.to(585);
  bench.spent.add('ModifyInstanceFleet');
  await expect(bench.to(600)).resolves.toEqual({ kind: 'throttled', operations: [MODIFY] });
  expect(bench.loop.fleet.modified).toEqual([]);
  bench.spent.clear();
  await bench.to(615);
  expect(bench.loop.fleet.modified).toHaveLength(1);
});

test('new demand between two looks → the look and the modify are taken together', async () => {
  const bench = await new Bench((seconds) => (seconds < 300 ? 10 : 30)).begin();
  await bench.to(300);
  expect(bench.since(300)).toEqual([{ seconds: 300, operations: BOTH, priority: 'growth' }]);
});

describe('new demand soon after a look', () => {
  const looked = async (): Promise<Bench> => {
    const bench = await new Bench((seconds) => (seconds < 615 ? 10 : 30)).begin();
    await bench.to(600);
    return bench;
  };

  test('→ the modify alone, to the fleet that was looked at', async () => {
    const bench = await looked();
    await bench.to(615);
    expect(bench.since(615)).toEqual([{ seconds: 615, operations: MODIFY, priority: 'growth' }]);
    expect(bench.loop.fleet.named).toEqual(['if-FAKE']);
  });

  test('by a release that kept no id of the fleet → looked at again, with a token for it', async () => {
    const bench = await looked();
    const kept = bench.table.cluster(CLUSTER);
    const { fleet, ...memory } = JSON.parse(kept.memory ?? '{}');
    const { id, ...nameless } = fleet;
    expect(id).toBe('if-FAKE');
    kept.memory = JSON.stringify({ ...memory, fleet: nameless });
    await bench.to(615);
    expect(bench.since(615)).toEqual([{ seconds: 615, operations: BOTH, priority: 'growth' }]);
    expect(bench.loop.fleet.named).toEqual(['if-FAKE']);
  });
});

describe('a loss', () => {
  test('and nothing changes → one look goes first, the later ones are routine', async () => {
    const bench = await new Bench(() => 10).begin();
    await bench.to(285);
    await bench.inbox.putLoss(CLUSTER, loss(1, 290));
    await bench.to(420);
    expect(bench.since(300)).toEqual(
      [300, 330, 360, 390, 420].map((seconds) => ({
        seconds,
        operations: LIST,
        priority: seconds === 300 ? 'loss' : 'routine',
      })),
    );
  });

  test('after another that was looked at → goes first again', async () => {
    const bench = await new Bench(() => 10).begin();
    await bench.inbox.putLoss(CLUSTER, loss(1, -5));
    await bench.to(60);
    await bench.inbox.putLoss(CLUSTER, { ...loss(1, 65), id: 'second' });
    await bench.to(90);
    expect(bench.since(75).map(({ seconds, priority }) => [seconds, priority])).toEqual([[90, 'loss']]);
  });

  test('that was looked at, and demand rises → the modify is growth', async () => {
    const bench = await new Bench((seconds) => (seconds < 375 ? 10 : 30)).begin();
    await bench.to(285);
    await bench.inbox.putLoss(CLUSTER, loss(1, 290));
    await bench.to(375);
    expect(bench.since(375).map(({ operations, priority }) => [operations, priority])).toEqual([[MODIFY, 'growth']]);
  });

  test('that nobody could look at, and demand rises → the look and the modify go first', async () => {
    const bench = await new Bench((seconds) => (seconds < 330 ? 10 : 30)).begin();
    await bench.to(285);
    await bench.inbox.putLoss(CLUSTER, loss(1, 290));
    bench.spent.add('ListInstanceFleets');
    await bench.to(315);
    bench.spent.clear();
    await bench.to(330);
    expect(bench.since(300).map(({ operations, priority }) => [operations, priority])).toEqual([
      [LIST, 'loss'],
      [MODIFY, 'loss'],
    ]);
    expect(bench.loop.fleet.modified).toHaveLength(1);
  });
});
