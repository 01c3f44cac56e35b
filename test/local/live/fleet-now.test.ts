/** The fleet of the moment, over the fleet of the page's own world. */
import { fleetNow, largestPool } from '../../../local/live/fleet-now.ts';
import { PAGE_WORLD } from '../../../local/live/page-world.ts';
import { RecentLosses } from '../../../local/watch/recent-losses.ts';
import { Fleet } from '../../../simulator/world/fleet/fleet.ts';

const HOST = {
  workerReady: () => {},
  drain: () => {},
  undrain: () => false,
  isDrained: () => true,
  drainedAt: () => undefined,
  removed: () => {},
};

const stage = (onDemandUnits: number, spotUnits: number) => {
  const losses = new RecentLosses();
  const fleet = new Fleet(PAGE_WORLD.fleet, 7, HOST, (event) => losses.add(event));
  fleet.start({ onDemandUnits, spotUnits });
  const read = (seconds: number) => {
    fleet.advanceTo(seconds);
    return fleetNow({ fleet, bill: fleet.bill(seconds), losses: losses.read(seconds), standInUnits: null });
  };
  return { fleet, read };
};

test('pools of the page: real types of one size, spot cheaper than on-demand, more in all than the default maximum', () => {
  const { pools } = PAGE_WORLD.fleet;
  expect(pools.length).toBeGreaterThanOrEqual(4);
  for (const { vcpu, weightUnits, spotPriceShare, emrUsdPerHour, onDemandUsdPerHour } of pools) {
    expect([vcpu, weightUnits]).toEqual([16, 1]);
    expect(spotPriceShare).toBeLessThan(0.5);
    expect(emrUsdPerHour / onDemandUsdPerHour).toBeCloseTo(0.25, 3);
  }
  expect(pools.reduce((sum, { spotInstances }) => sum + (spotInstances ?? 0), 0)).toBeGreaterThanOrEqual(100);
});

test('4 on-demand and 30 spot for an hour → what runs, by pool, and what each market costs and would have cost', () => {
  const { read } = stage(4, 30);
  const { onDemand, spot, pools } = read(3600);
  expect([onDemand.runningUnits, spot.runningUnits, spot.missingUnits, spot.goingUnits]).toEqual([4, 30, 0, 0]);
  expect(pools.reduce((sum, pool) => sum + pool.spotUnits, 0)).toBe(30);
  expect(pools.reduce((sum, pool) => sum + pool.onDemandUnits, 0)).toBe(4);
  // Nothing has changed for an hour, so an hour's rate is what it cost.
  expect(spot.usd).toBeCloseTo(spot.usdPerHour, 6);
  expect(onDemand.usd).toBeCloseTo(onDemand.asOnDemandUsd, 6);
  expect(spot.asOnDemandUsd).toBeCloseTo(
    pools.reduce((sum, pool) => sum + pool.spotUnits * pool.onDemandUsdPerUnitHour, 0),
    6,
  );
  expect(spot.usd).toBeCloseTo(
    pools.reduce((sum, pool) => sum + pool.spotUnits * pool.spotUsdPerUnitHour, 0),
    6,
  );
});

test('the largest pool goes → it is gone, its units go and then are lost, the others stay to be had; back → as before', () => {
  const { fleet, read } = stage(0, 30);
  const held = read(1000).pools;
  const type = largestPool(fleet);
  const most = Math.max(...held.map(({ spotUnits }) => spotUnits));
  expect(held.find(({ instanceType }) => instanceType === type)?.spotUnits).toBe(most);
  fleet.takeSpotAway(type === undefined ? [] : [type]);
  const during = read(1001);
  expect(during.spot).toMatchObject({ goingUnits: most, lostUnits: 0 });
  expect(during.pools.filter(({ gone }) => gone).map(({ instanceType }) => instanceType)).toEqual([type]);
  const after = read(1125);
  expect(after.spot).toMatchObject({ goingUnits: 0, lostUnits: most, runningUnits: 30 - most });
  expect(after.pools.find(({ instanceType }) => instanceType === type)).toMatchObject({ spotUnits: 0, freeUnits: 0 });
  fleet.giveSpotBack();
  expect(read(1126).pools.filter(({ gone }) => gone)).toEqual([]);
});

test('no spot at all → there is no largest pool', () => {
  expect(largestPool(stage(3, 0).fleet)).toBeUndefined();
});
