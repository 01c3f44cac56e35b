import type { Decision, Terms } from '../../../lambdas/core/decision.ts';
import { momentsOf } from '../../../simulator/storms/track.ts';
import { demandUnits, shortfallOf, shouldServe } from '../../../simulator/storms/yardstick.ts';
import { Bench, knobsWith, poolOf } from '../world/fleet/bench.ts';

const decided = (workUnits: number): Decision =>
  ({ terms: { workUnits, wantedUnits: workUnits } }) as unknown as Decision;

describe('what should serve', () => {
  test.each<[string, Terms, number | undefined]>([
    ['the largest of work and memory, rounded up', { workUnits: 7.2, memoryUnits: 4, wantedUnits: 9 }, 8],
    ['counts only', { countsUnits: 3, wantedUnits: 3 }, 3],
    ['a floor above demand', { workUnits: 2, floorUnits: 6, wantedUnits: 6 }, 6],
    ['a reserve is not demand', { workUnits: 10, reserveUnits: 5, wantedUnits: 15 }, 10],
    ['more than the maximum', { workUnits: 400, wantedUnits: 50 }, 50],
    ['demand that could not be read', { wantedUnits: 12 }, undefined],
  ])('%s', (_, terms, expected) => {
    expect(demandUnits(terms, 50)).toBe(expected);
  });

  test('asked for since less than a start takes → the least of that time', () => {
    const asked = [10, 10, 10, 30, 30, 30, 30, 5, 30].map(decided);
    expect(shouldServe(asked, 100, 30)).toEqual([10, 10, 10, 10, 10, 30, 30, 5, 5]);
  });

  test('short at one of four ticks by 12 units → a quarter of the time, 12 × 15 s', () => {
    const ticks = [8, 20, 20, 21].map((readyUnits, index) => ({ atSeconds: 15 * index, shouldUnits: 20, readyUnits }));
    expect(shortfallOf(ticks)).toEqual({ shareOfTime: 0.25, unitHours: (12 * 15) / 3600 });
  });
});

const truthOf = (bench: Bench): unknown => {
  const live = bench.fleet.instances().filter(({ state }) => state !== 'terminated');
  const serving = live.filter(({ state, zombie }) => state === 'running' && !zombie);
  const ready = (market: string): number =>
    serving.filter((one) => one.market === market).reduce((sum, { pool }) => sum + pool.weightUnits, 0);
  const spot: Record<string, number> = {};
  for (const { market, pool } of live)
    if (market === 'spot') spot[pool.instanceType] = (spot[pool.instanceType] ?? 0) + pool.weightUnits;
  return [ready('onDemand'), ready('spot'), spot];
};

describe('the fleet followed by its events', () => {
  const pools = [
    poolOf('a'),
    poolOf('b', { weightUnits: 2, onDemandUsdPerHour: 3, emrUsdPerHour: 0.5, spotPriceShare: 0.5 }),
  ];

  test('ready, by type and dollars at every moment → what the fleet itself says', () => {
    const outages = [{ startSeconds: 2000, endSeconds: 4000, instanceTypes: ['a'], reclaims: true }];
    const knobs = knobsWith({ pools, outages, startFailureShare: 0.2, zombieShare: 0.2, spotStrategy: 'diversified' });
    const bench = new Bench(knobs, {}, 3).start(2, 8);
    const times: number[] = [];
    const truths: unknown[] = [];
    for (let at = 0; at <= 9000; at += 100) {
      bench.to(at);
      if (at === 600) bench.modify({ onDemandUnits: 6, spotUnits: 20 });
      if (at === 6000) bench.modify({ onDemandUnits: 1, spotUnits: 4 });
      if (at === 600 || at === 6000) continue;
      truths.push(truthOf(bench));
      times.push(at);
    }
    const moments = momentsOf(bench.events, pools, times);
    expect(moments.map(({ readyUnits, spotUnits }) => [readyUnits.onDemand, readyUnits.spot, spotUnits])).toEqual(
      truths,
    );
    expect(new Set(truths.map((truth) => JSON.stringify(truth))).size).toBeGreaterThan(5);
  });

  test('one of each type on spot → its price and EMR’s fee added up', () => {
    const bench = new Bench(knobsWith({ pools, spotStrategy: 'diversified' })).start(0, 3).to(100);
    expect(momentsOf(bench.events, pools, [50])[0]?.usdPerHour).toBeCloseTo(1.008 * 0.35 + 0.252 + 1.5 + 0.5, 9);
  });
});
