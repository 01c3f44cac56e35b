/** A tick finds out what the cluster is: when, how often, at whose cost, and what becomes of a failure. */
import type { Reconciled, ReconcilePorts } from '../../../lambdas/app/reconcile.ts';
import { decide } from '../../../lambdas/core/decide.ts';
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import { sentenceOf } from '../../../lambdas/core/reasons.ts';
import type { FullRecord } from '../../../lambdas/core/record.ts';
import type { EmrOperation } from '../../../lambdas/ports/tokens.ts';
import { foundPresto } from '../../fakes/cluster-finder.ts';
import { FakeClusterStore } from '../../fakes/cluster-store.ts';
import { FakeInbox } from '../../fakes/inbox.ts';
import { FakeJournal } from '../../fakes/journal.ts';
import { FakeTable } from '../../fakes/memory-table.ts';
import { FakeCallTokens } from '../../fakes/tokens.ts';
import { at, codesOf, stored } from '../core/builders.ts';
import { CLUSTER, LOCATED, LOOP_POLICY, Loop, TICK_SECONDS } from './loop.ts';

const AUTO: PolicyInput = { ...LOOP_POLICY, scaleIn: { ...LOOP_POLICY.scaleIn, mode: 'auto' } };

const drainedPresto = foundPresto({ gracefulTimeoutSeconds: 600 });

interface Bench {
  readonly loop: Loop;
  readonly inbox: FakeInbox;
  readonly records: FullRecord[];
  /** What was asked of the budget, tick by tick. */
  readonly asked: (readonly EmrOperation[])[];
  to(tick: number): Promise<readonly Reconciled[]>;
}

const benchOf = async (
  queries: (seconds: number) => number,
  through: (ports: ReconcilePorts) => ReconcilePorts = (ports) => ports,
): Promise<Bench> => {
  const table = new FakeTable();
  const asked: (readonly EmrOperation[])[] = [];
  const records: FullRecord[] = [];
  const kept = {
    inbox: new FakeInbox(table),
    store: new FakeClusterStore(table, CLUSTER),
    journal: new FakeJournal(table, CLUSTER, 30, { now: () => at(0) }),
    tokens: new FakeCallTokens(),
  };
  await kept.inbox.putPolicy(CLUSTER, AUTO, 'ann', at(0));
  await kept.inbox.putIdentity(CLUSTER, LOCATED);
  const watched = (ports: ReconcilePorts): ReconcilePorts => ({
    ...ports,
    tokens: {
      take: (operations, priority, now) => {
        asked.push(operations);
        return ports.tokens.take(operations, priority, now);
      },
    },
  });
  const loop = new Loop({ kept, queries, through: (ports) => through(watched(ports)) });
  let next = 0;
  const to = async (tick: number): Promise<readonly Reconciled[]> => {
    const results: Reconciled[] = [];
    for (; next <= tick; next += 1) {
      const result = await loop.tick(next);
      results.push(result);
      if (result.kind === 'decided' && result.record !== undefined) records.push(result.record);
    }
    return results;
  };
  return { loop, inbox: kept.inbox, records, asked, to };
};

const codes = (result: Reconciled | undefined): readonly string[] =>
  result?.kind === 'decided' ? codesOf(result.decided.decision) : [];

const ticksOf = (seconds: number): number => seconds / TICK_SECONDS;

test('a quiet day → asked in the first tick and every six hours, with a token of each bucket', async () => {
  const { loop, asked, to } = await benchOf(() => 10);
  await to(0);
  expect(loop.finder.asked).toBe(1);
  await to(ticksOf(6 * 3600) - 1);
  expect(loop.finder.asked).toBe(1);
  await to(ticksOf(18 * 3600));
  expect(loop.finder.asked).toBe(4);
  const describing = asked.filter((operations) => operations.includes('DescribeCluster'));
  expect(describing).toEqual(
    Array.from({ length: 4 }, () => ['DescribeCluster', 'ListInstanceFleets', 'GetManagedScalingPolicy']),
  );
});

test('the very first tick has something to send → it asks before it sends: another scaler may be attached', async () => {
  const { loop, to } = await benchOf(() => 30);
  const [first] = await to(0);
  expect(first?.kind === 'decided' && first.decided.decision.command).toBeDefined();
  expect(loop.finder.asked).toBe(1);
});

test('a tick that has something to send when it is time to ask again → does not ask, the next one does', async () => {
  const again = 6 * 3600;
  const { loop, to } = await benchOf((seconds) => (seconds < again ? 10 : 30));
  await to(ticksOf(again) - 1);
  expect(loop.finder.asked).toBe(1);
  const [grows] = await to(ticksOf(again));
  expect(grows?.kind === 'decided' && grows.decided.decision.command).toBeDefined();
  expect(loop.finder.asked).toBe(1);
  await to(ticksOf(again) + 1);
  expect(loop.finder.asked).toBe(2);
});

test.each(['denied', 'throttled', 'unavailable'] as const)(
  'the very first tick has something to send, asking fails with %s → it is sent all the same, once',
  async (fault) => {
    const { loop, to } = await benchOf(() => 30);
    loop.finder.answer = fault;
    const [first] = await to(0);
    expect(first?.kind === 'decided' && first.decided.decision.command).toBeDefined();
    expect(loop.fleet.modified).toHaveLength(1);
  },
);

describe('EMR’s managed scaling is attached', () => {
  const rivalled = foundPresto({ managedScaling: true });

  test('from the start, demand rises → nothing is ever sent, and every decision says why and what to do', async () => {
    const { loop, to } = await benchOf((seconds) => (seconds < 60 ? 10 : 40));
    loop.finder.answer = rivalled;
    const results = await to(ticksOf(900));
    expect(loop.fleet.modified).toEqual([]);
    expect(results.every((result) => codes(result).includes('managed-scaling-attached'))).toBe(true);
    const told = results.flatMap((result) => (result.kind === 'decided' ? result.decided.decision.reasons : []));
    const sentence = told.map(sentenceOf).find((text) => text.includes('remove-managed-scaling-policy'));
    expect(sentence).toContain('--cluster-id j-1');
  });

  test('taken off → found out within five minutes, and the growth is sent', async () => {
    const { loop, to } = await benchOf(() => 40);
    loop.finder.answer = rivalled;
    await to(ticksOf(600));
    expect(loop.fleet.modified).toEqual([]);
    loop.finder.answer = foundPresto({ managedScaling: false });
    await to(ticksOf(600 + 330));
    expect(loop.fleet.modified[0]?.targets.spotUnits).toBe(40);
  });

  test('attached to a running cluster, and sets a target → found out at the next look, and not fought', async () => {
    const { loop, to } = await benchOf(() => 10);
    await to(ticksOf(600));
    loop.finder.answer = rivalled;
    loop.fleet.world.set(0, 30, 600);
    await to(ticksOf(3600));
    expect(loop.fleet.modified).toEqual([]);
    expect(loop.memory?.found?.engine?.managedScaling).toBe(true);
  });

  test('it may not be asked for → counts as not attached', async () => {
    const { loop, to } = await benchOf(() => 40);
    loop.finder.answer = foundPresto();
    await to(2);
    expect(loop.fleet.modified).not.toEqual([]);
  });
});

test('a grace is found → the same tick decides with it, and a shrink under queries is sent when its hold is over', async () => {
  const { loop, to } = await benchOf(() => 8);
  loop.finder.answer = drainedPresto;
  const results = await to(ticksOf(500));
  expect(codes(results[0])).toContain('mode-drained');
  expect(loop.fleet.modified.at(-1)?.targets.spotUnits).toBe(8);
});

test.each(['denied', 'throttled', 'unavailable', 'not-found', 'refused'] as const)(
  'asking fails with %s → the tick goes on, sparing and saying why, and asks again after five minutes',
  async (fault) => {
    const { loop, to } = await benchOf(() => 8);
    loop.finder.answer = fault;
    const results = await to(ticksOf(300) - 1);
    expect(results.every(({ kind }) => kind === 'decided')).toBe(true);
    expect(loop.finder.asked).toBe(1);
    expect(codes(results.at(-1))).toContain('mode-sparing-unknown');
    expect(loop.fleet.modified).toEqual([]);
    loop.finder.answer = drainedPresto;
    const later = await to(ticksOf(600));
    expect(loop.finder.asked).toBe(2);
    expect(codes(later[0])).toEqual(expect.arrayContaining(['mode-changed', 'mode-drained']));
    expect(loop.fleet.modified.at(-1)?.targets.spotUnits).toBe(8);
  },
);

test('something else than a failure of EMR is thrown → the tick fails loudly', async () => {
  const { loop, to } = await benchOf(() => 10);
  loop.finder.answer = new TypeError('a mistake of ours');
  await expect(to(0)).rejects.toThrow('a mistake of ours');
});

test('the budget of calls is spent → not asked, nothing is counted as a failure, and the next tick tries again', async () => {
  let spent = true;
  const { loop, to } = await benchOf(
    () => 10,
    (ports) => ({
      ...ports,
      tokens: {
        take: async (operations, priority, now) =>
          operations.includes('DescribeCluster') && spent ? false : ports.tokens.take(operations, priority, now),
      },
    }),
  );
  await to(3);
  expect(loop.finder.asked).toBe(0);
  expect(loop.memory?.found).toBeUndefined();
  spent = false;
  await to(4);
  expect(loop.finder.asked).toBe(1);
});

test('another EMR cluster has the name from now on → what was found of the old one counts no more', async () => {
  const { loop, inbox, to } = await benchOf(() => 8);
  loop.finder.answer = drainedPresto;
  await to(1);
  await inbox.putIdentity(CLUSTER, { ...LOCATED, emrClusterId: 'j-2' });
  loop.finder.answer = 'throttled';
  const [after] = await to(2);
  expect(loop.finder.asked).toBe(2);
  expect(codes(after)).toEqual(expect.arrayContaining(['mode-changed', 'mode-sparing-unknown']));
});

test('full records of ticks that asked, with success and without → each replays bit for bit', async () => {
  const { loop, records, to } = await benchOf(() => 8);
  loop.finder.answer = 'denied';
  await to(0);
  loop.finder.answer = drainedPresto;
  await to(ticksOf(400));
  expect(records.map(({ observation }) => observation.found?.kind)).toEqual(
    expect.arrayContaining(['failed', 'found', undefined]),
  );
  for (const record of records.map(stored)) {
    const again = decide(record.observation, record.policy, record.memory, record.now);
    expect(again.decision).toEqual(record.decision);
  }
});
