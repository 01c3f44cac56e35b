/** What a reserve is worth: pools are lost one after another, and each time it is counted whether demand is still met. */
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import { runHeadless } from '../../../simulator/run/headless.ts';
import { completeQuery, workloadDefaults } from '../../../simulator/workload/defaults.ts';
import type { Workload } from '../../../simulator/workload/query.ts';
import type { FleetEvent } from '../../../simulator/world/fleet/fleet.ts';
import { DEFAULT_KNOBS, type PoolKnobs, type WorldKnobs } from '../../../simulator/world/knobs.ts';
import { policyOf } from '../../lambdas/core/builders.ts';

const UNTIL = 5 * 3600;
const POOLS = 8;
const FIRST_LOSS = 3600;
const BETWEEN = 2400;
const LOSSES = 6;

/** A query every five seconds: some 520 busy cores, day and night. */
const steady: Workload = {
  name: 'steady',
  queries: Array.from({ length: UNTIL / 5 }, (_, index) =>
    completeQuery(
      { id: `steady/${index}`, arrivalSeconds: index * 5, cpuSeconds: 2600, memoryBytes: 0, user: 'ann', source: 'bi' },
      workloadDefaults(7),
    ),
  ),
};

const [pool] = DEFAULT_KNOBS.fleet.pools;
const typeOf = (index: number): string => `r${index}.4xlarge`;

const knobs: WorldKnobs = {
  ...DEFAULT_KNOBS,
  fleet: {
    ...DEFAULT_KNOBS.fleet,
    spotStrategy: 'diversified',
    pools: Array.from({ length: POOLS }, (_, index) => ({ ...pool, instanceType: typeOf(index) }) as PoolKnobs),
    outages: Array.from({ length: LOSSES }, (_, index) => ({
      startSeconds: FIRST_LOSS + index * BETWEEN,
      endSeconds: FIRST_LOSS + index * BETWEEN + 1200,
      instanceTypes: [typeOf(index)],
      reclaims: true,
    })),
  },
};

/** Units that run at a time, by what happened until then. */
const runningAt = (events: readonly FleetEvent[], atSeconds: number): number => {
  const live = new Map<string, number>();
  for (const event of events.filter(({ at }) => at <= atSeconds)) {
    if (event.kind === 'instance' && event.state === 'running') live.set(event.instanceId, event.units);
    if (event.kind === 'terminated') live.delete(event.instanceId);
  }
  return [...live.values()].reduce((sum, units) => sum + units, 0);
};

const run = async (reserve: PolicyInput['reserve'], world = knobs, resize: PolicyInput['resize'] = {}) => {
  const wanted: { readonly at: number; readonly units: number }[] = [];
  const policy = policyOf({ scaleIn: { mode: 'retried' }, reserve, resize });
  let at = 0;
  const result = await runHeadless({
    workload: steady,
    policy,
    knobs: world,
    seed: 7,
    untilSeconds: UNTIL,
    onProgress: ({ atSeconds }) => {
      at = atSeconds + 15;
    },
    onDecision: ({ terms }) => wanted.push({ at, units: terms.wantedUnits - (terms.reserveUnits ?? 0) }),
  });
  const losses = world.fleet.outages.map(({ startSeconds }) => {
    const demand = wanted.findLast((one) => one.at < startSeconds)?.units ?? Number.NaN;
    return { demand, left: runningAt(result.events, startSeconds + 125) };
  });
  const { bill, calls } = result;
  return {
    /** A quarter of the reserve may be used up, which is a few hundredths of demand. */
    whole: losses.filter(({ demand, left }) => left >= 0.96 * demand).length,
    leftShare: Math.min(...losses.map(({ demand, left }) => left / demand)),
    usd: bill.ec2Usd + bill.emrUsd,
    modifies: calls['ModifyInstanceFleet'] ?? 0,
  };
};

/** Growth by any unit, so that what demand asks for is in force without a reserve too. */
const EAGER = { smallestGrowthShare: 0 };

test('six pools of eight are lost, one at a time → each time demand is still met with a reserve, and never without', async () => {
  const [without, withOne] = [await run({ poolsLost: 0 }), await run({})];
  expect([without.whole, withOne.whole]).toEqual([0, LOSSES]);
  expect(without.leftShare).toBeLessThan(0.75);
  expect(withOne.leftShare).toBeGreaterThan(0.96);
});

test('where all demand is met without a reserve too → the reserve costs what its reason says, about a seventh', async () => {
  const [without, withOne] = [await run({ poolsLost: 0 }, knobs, EAGER), await run({}, knobs, EAGER)];
  expect(withOne.whole).toBe(LOSSES);
  expect(without.leftShare).toBeLessThan(0.93);
  expect(withOne.usd / without.usd).toBeLessThan(1.25);
});

test('all spot in one pool → no reserve, no dollar more', async () => {
  const single = { ...knobs, fleet: { ...knobs.fleet, pools: knobs.fleet.pools.slice(0, 1), outages: [] } };
  const [without, withOne] = [await run({ poolsLost: 0 }, single), await run({}, single)];
  expect(withOne.usd).toBe(without.usd);
});
