import { Fleet, type FleetEvent } from '../../../../simulator/world/fleet/fleet.ts';
import { DEFAULT_KNOBS } from '../../../../simulator/world/knobs.ts';

const HOST = {
  workerReady: () => {},
  drain: () => {},
  undrain: () => false,
  isDrained: () => true,
  drainedAt: () => undefined,
  removed: () => {},
};

test('spot taken away while 4 run → all get notice, none can be had, until it is given back', () => {
  const events: FleetEvent[] = [];
  const fleet = new Fleet(DEFAULT_KNOBS.fleet, 1, HOST, (event) => events.push(event));
  fleet.start({ onDemandUnits: 0, spotUnits: 4 });
  fleet.advanceTo(100);
  fleet.takeSpotAway();
  fleet.takeSpotAway();
  expect(events.filter((event) => event.kind === 'interruptionNotice')).toHaveLength(4);
  fleet.advanceTo(600);
  expect(fleet.read().spot).toEqual({ targetUnits: 4, provisionedUnits: 0 });
  fleet.giveSpotBack();
  fleet.advanceTo(2400);
  expect(fleet.read().spot).toEqual({ targetUnits: 4, provisionedUnits: 4 });
});

test('one pool of two taken away → only what runs of it goes, the other replaces it, until it is given back', () => {
  const [pool] = DEFAULT_KNOBS.fleet.pools;
  if (pool === undefined) throw new Error('the default world has no pool');
  const knobs = {
    ...DEFAULT_KNOBS.fleet,
    pools: ['first', 'second'].map((instanceType) => ({ ...pool, instanceType })),
  };
  const noticed: string[] = [];
  const fleet = new Fleet(knobs, 1, HOST, (event) => {
    if (event.kind === 'interruptionNotice') noticed.push(event.instanceType);
  });
  fleet.start({ onDemandUnits: 0, spotUnits: 4 });
  fleet.advanceTo(100);
  fleet.takeSpotAway(['first']);
  expect(noticed).toEqual(['first', 'first']);
  expect(fleet.spotPools().map(({ gone }) => gone)).toEqual([true, false]);
  fleet.takeSpotAway();
  expect(noticed).toEqual(['first', 'first', 'second', 'second']);
  fleet.giveSpotBack();
  fleet.takeSpotAway(['first']);
  fleet.advanceTo(2400);
  const living = fleet.instances().filter(({ terminatedAt }) => terminatedAt === undefined);
  expect(living.map((one) => one.pool.instanceType)).toEqual(['second', 'second', 'second', 'second']);
});
