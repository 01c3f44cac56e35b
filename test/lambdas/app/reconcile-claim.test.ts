import { CLAIM_SECONDS, type ReconcilePorts, reconcile } from '../../../lambdas/app/reconcile.ts';
import type { CallOutcome } from '../../../lambdas/ports/cluster-store.ts';
import { FakeClusterFinder } from '../../fakes/cluster-finder.ts';
import { at, facts, fleet, memory, policyWith, sample } from '../core/builders.ts';
import { LOCATED, LOOKED_FOR } from './loop.ts';

/** A tick that wants to grow, with a save that takes so many seconds. */
const bench = (saveSeconds: number) => {
  let seconds = 0;
  let modified = 0;
  const outcomes: (CallOutcome | undefined)[] = [];
  const ports: ReconcilePorts = {
    clock: { now: () => at(seconds) },
    workload: () => ({ sample: async () => sample({ runningQueries: 40 }) }),
    lookedFor: LOOKED_FOR,
    emr: () => ({
      fleet: {
        facts: () => facts(),
        read: async (now) => ({ ...fleet({ spot: 10 }), readAt: now }),
        pools: async (now) => ({ readAt: now, pools: [] }),
        modify: async () => {
          modified += 1;
        },
      },
      finder: new FakeClusterFinder(),
    }),
    tokens: { take: async () => true },
    journal: { write: async (_record, outcome) => void outcomes.push(outcome) },
    ledger: { put: async () => undefined },
    store: {
      load: async () => ({
        memory: memory(),
        fence: 0,
        policy: { policy: policyWith(), version: 1 },
        identity: LOCATED,
        holds: [],
        alarms: [],
        losses: [],
      }),
      save: async () => {
        seconds += saveSeconds;
        return 1;
      },
    },
  };
  return { ports, modified: () => modified, outcomes };
};

test('a save that takes half of its claim → the call is still made', async () => {
  const { ports, modified, outcomes } = bench(CLAIM_SECONDS / 2);
  await reconcile(ports);
  expect([modified(), outcomes]).toEqual([1, [{ fence: 1, outcome: 'accepted' }]]);
});

test('a save after which the claim is nearly over → nothing is sent, the tick fails, and the outcome says so', async () => {
  const { ports, modified, outcomes } = bench(CLAIM_SECONDS / 2 + 1);
  await expect(reconcile(ports)).rejects.toThrow('the claim is nearly over');
  expect([modified(), outcomes]).toEqual([0, [{ fence: 1, outcome: 'failed' }]]);
});
