/** A tick reads the instances: when, at whose cost, and what becomes of a failure. */
import type { Reconciled } from '../../../lambdas/app/reconcile.ts';
import { decide } from '../../../lambdas/core/decide.ts';
import type { Memory } from '../../../lambdas/core/memory.ts';
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import type { CallPriority, EmrOperation } from '../../../lambdas/ports/tokens.ts';
import { FakeClusterStore } from '../../fakes/cluster-store.ts';
import { FakeInbox } from '../../fakes/inbox.ts';
import { FakeJournal } from '../../fakes/journal.ts';
import { FakeTable } from '../../fakes/memory-table.ts';
import { FakeCallTokens } from '../../fakes/tokens.ts';
import { at, loss, stored } from '../core/builders.ts';
import { CLUSTER, LOCATED, LOOP_POLICY, Loop, TICK_SECONDS } from './loop.ts';

const TYPES = ['r5.4xlarge', 'r5d.4xlarge', 'r6i.4xlarge', 'm5.4xlarge', 'm6i.4xlarge'];

class Bench {
  readonly table = new FakeTable();
  readonly inbox = new FakeInbox(this.table);
  readonly loop: Loop;
  /** When a page of instances was asked of the budget, and in whose name. */
  readonly asked: { readonly seconds: number; readonly priority: CallPriority }[] = [];
  /** No page is granted. */
  isSpent = false;
  readonly #tokens = new FakeCallTokens();
  #next = 0;

  constructor(queries: (seconds: number) => number, units: number) {
    const kept = {
      inbox: this.inbox,
      store: new FakeClusterStore(this.table, CLUSTER),
      journal: new FakeJournal(this.table, CLUSTER, 30, { now: () => at(0) }),
      tokens: {
        take: async (operations: readonly EmrOperation[], priority: CallPriority, now: ReturnType<typeof at>) => {
          if (!operations.includes('ListInstances')) return this.#tokens.take(operations, priority, now);
          this.asked.push({ seconds: now - at(0), priority });
          return !this.isSpent && this.#tokens.take(operations, priority, now);
        },
      },
    };
    this.loop = new Loop({ kept, queries, units });
    this.loop.fleet.instanceTypes = TYPES;
  }

  async begin(policy: PolicyInput = {}): Promise<this> {
    await this.inbox.putPolicy(CLUSTER, { ...LOOP_POLICY, ...policy }, 'ann', at(0));
    await this.inbox.putIdentity(CLUSTER, LOCATED);
    return this;
  }

  /** Ticks up to so many seconds. */
  async to(seconds: number): Promise<readonly Reconciled[]> {
    const results: Reconciled[] = [];
    for (; this.#next * TICK_SECONDS <= seconds; this.#next += 1) results.push(await this.loop.tick(this.#next));
    return results;
  }

  get memory(): Memory {
    if (this.loop.memory === undefined) throw new Error('no tick has decided');
    return this.loop.memory;
  }

  get askedAt(): readonly number[] {
    return this.asked.map(({ seconds }) => seconds);
  }
}

/** Sixteen units of demand, and a reserve of a fifth of them, rounded down. */
const quiet = async (policy?: PolicyInput): Promise<Bench> => new Bench(() => 16, 19).begin(policy);

test('a quiet hour → read soon after the start and every half hour then, after everybody else', async () => {
  const bench = await quiet();
  await bench.to(3660);
  expect(bench.askedAt).toEqual([15, 1815, 3615]);
  expect(new Set(bench.asked.map(({ priority }) => priority))).toEqual(new Set(['routine']));
  expect(bench.memory.pools?.pools).toHaveLength(TYPES.length);
});

test('one type in the fleet, or no reserve wanted → never asked for', async () => {
  const single = await quiet();
  single.loop.fleet.instanceTypes = ['r5.4xlarge'];
  const unwanted = await quiet({ reserve: { poolsLost: 0 } });
  await single.to(3600);
  await unwanted.to(3600);
  expect([...single.askedAt, ...unwanted.askedAt]).toEqual([]);
});

test('the budget is spent → asked again each tick, nothing is sent, and equal shares are assumed meanwhile', async () => {
  const bench = await quiet();
  bench.isSpent = true;
  const results = await bench.to(120);
  expect(results.map(({ kind }) => kind)).not.toContain('throttled');
  expect(bench.askedAt).toEqual([15, 30, 45, 60, 75, 90, 105, 120]);
  expect(bench.memory.pools).toBeUndefined();
  expect(bench.memory.reserve?.share).toBe(0.2);
});

test.each(['denied', 'throttled', 'unavailable', 'refused'] as const)(
  'EMR answers %s → the tick decides all the same, it is recorded, and asked again ten minutes later',
  async (fault) => {
    const bench = await quiet();
    await bench.to(0);
    bench.loop.fleet.fail(fault);
    const [failed] = await bench.to(15);
    expect(failed).toMatchObject({ kind: 'decided', tick: { observation: { poolsFault: fault } } });
    expect(bench.memory.poolsFailed).toEqual({ at: at(15), fault });
    await bench.to(700);
    expect(bench.askedAt).toEqual([15, 615]);
    expect(bench.memory).not.toHaveProperty('poolsFailed');
  },
);

test('a loss → read again, and not before the last read is five minutes old', async () => {
  const bench = await quiet();
  await bench.to(60);
  await bench.inbox.putLoss(CLUSTER, loss(2, 70));
  await bench.to(900);
  expect(bench.askedAt).toEqual([15, 315]);
});

test('a growth is sent in a tick that would read them → they wait for the next', async () => {
  const bench = await new Bench((seconds) => (seconds < 1815 ? 16 : 40), 19).begin();
  await bench.to(1840);
  expect(bench.loop.fleet.modified.map(({ seconds }) => seconds)).toEqual([1815]);
  expect(bench.askedAt.filter((seconds) => seconds >= 1800)).toEqual([1830]);
});

test('a large fleet of many pages → read over several ticks as the budget allows, and whole in the end', async () => {
  const bench = await quiet();
  bench.loop.fleet.poolPages = 20;
  await bench.to(15);
  expect(bench.memory.pools).toBeUndefined();
  await bench.to(90);
  expect(bench.memory.pools?.pools).toHaveLength(TYPES.length);
  // Seven at once leave three to those who go first; then one every two seconds.
  expect(bench.asked.filter(({ seconds }) => seconds === 15)).toHaveLength(8);
});

test('a tick that read pools replays from its record bit for bit', async () => {
  const bench = await quiet();
  const results = await bench.to(15);
  const last = results.at(-1);
  if (last?.kind !== 'decided') throw new Error('expected a decision');
  const { now, observation, policy, memory } = stored(last.tick);
  expect(observation.pools?.pools).toHaveLength(TYPES.length);
  expect(decide(observation, policy, memory, now).decision).toEqual(last.tick.decision);
});

test('the cluster is replaced under its name → the pools of the old one are forgotten', async () => {
  const bench = await quiet();
  await bench.to(60);
  await bench.inbox.putIdentity(CLUSTER, { ...LOCATED, at: at(70), emrClusterId: 'j-2' });
  const [first] = await bench.to(75);
  if (first?.kind !== 'decided') throw new Error('expected a decision');
  expect(first.tick.memory).not.toHaveProperty('pools');
  expect(first.tick.memory).not.toHaveProperty('reserve');
});
