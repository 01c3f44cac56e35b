import { chooseOnDemandPool, chooseSpotPool } from '../../../../simulator/world/fleet/allocation.ts';
import { Bench, knobsWith, poolOf } from './bench.ts';

const offer = (instanceType: string, freeInstances: number, liveInstances = 0, weightUnits = 1) => ({
  pool: poolOf(instanceType, { weightUnits }),
  freeInstances,
  liveInstances,
});

describe('spot pool', () => {
  test.each([
    ['nothing free anywhere → none', [offer('a', 0), offer('b', 0)], undefined],
    ['one pool empty → the other', [offer('a', 0), offer('b', 1)], 'b'],
    ['more instances free → that one', [offer('a', 3), offer('b', 5)], 'b'],
    ['fewer instances of more weight free → the larger capacity', [offer('a', 5, 0, 1), offer('b', 2, 0, 4)], 'b'],
    ['equally free → the one that holds fewer of ours', [offer('a', 5, 2), offer('b', 5, 1)], 'b'],
    ['all equal → the first', [offer('a', 5), offer('b', 5)], 'a'],
    ['unlimited beside limited → unlimited', [offer('a', 1000), offer('b', Number.POSITIVE_INFINITY, 50)], 'b'],
  ])('%s', (_, offers, chosen) => {
    expect(chooseSpotPool('capacity-optimized', offers)?.instanceType).toBe(chosen);
  });

  test('three unlimited pools, 9 units → three from each', () => {
    const pools = [poolOf('a'), poolOf('b'), poolOf('c')];
    const bench = new Bench(knobsWith({ pools })).modify({ spotUnits: 9 });
    const types = bench.fleet.instances().map(({ pool }) => pool.instanceType);
    expect(types).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c']);
  });

  test('pools of 2, 6 and 3, 12 units → filled from the deepest, never beyond what they hold', () => {
    const pools = [2, 6, 3].map((spotInstances) => poolOf(`holds${spotInstances}`, { spotInstances }));
    const bench = new Bench(knobsWith({ pools })).modify({ spotUnits: 12 });
    const types = bench.fleet.instances().map(({ pool }) => pool.instanceType);
    expect(types.slice(0, 3)).toEqual(['holds6', 'holds6', 'holds6']);
    const holding = (instanceType: string): number => types.filter((type) => type === instanceType).length;
    expect([holding('holds2'), holding('holds6'), holding('holds3')]).toEqual([2, 6, 3]);
    expect(bench.waiting.spotUnits).toBe(1);
  });
});

describe('spot strategies', () => {
  const cheapShallow = { ...offer('cheap', 10, 5), pool: poolOf('cheap', { spotPriceShare: 0.2 }) };
  const dearDeep = { ...offer('dear', 100, 9), pool: poolOf('dear', { spotPriceShare: 0.6 }) };
  const middling = { ...offer('middling', 60, 0), pool: poolOf('middling', { spotPriceShare: 0.4 }) };
  const big = { ...offer('big', 15, 1), pool: poolOf('big', { weightUnits: 4, spotPriceShare: 0.6 }) };
  const offers = [dearDeep, cheapShallow, middling, big];

  test.each([
    ['capacity-optimized → the deepest', 'capacity-optimized', offers, 'dear'],
    ['lowest-price → the cheapest unit: a dear instance of four units', 'lowest-price', offers, 'big'],
    [
      'lowest-price, the cheapest has none → the next',
      'lowest-price',
      [{ ...big, freeInstances: 0 }, dearDeep, cheapShallow],
      'cheap',
    ],
    [
      'price-capacity-optimized → the cheapest among the deep ones',
      'price-capacity-optimized',
      [dearDeep, cheapShallow, middling],
      'middling',
    ],
    [
      'price-capacity-optimized, the deep ones are full → what is left',
      'price-capacity-optimized',
      [{ ...dearDeep, freeInstances: 0 }, cheapShallow],
      'cheap',
    ],
    [
      'diversified → the pool with the fewest of our units, not of our instances',
      'diversified',
      [cheapShallow, { ...big, liveInstances: 2 }],
      'cheap',
    ],
    [
      'diversified, the emptiest has none → the next',
      'diversified',
      [{ ...middling, freeInstances: 0 }, dearDeep, cheapShallow],
      'cheap',
    ],
  ] as const)('%s', (_, strategy, given, chosen) => {
    expect(chooseSpotPool(strategy, given)?.instanceType).toBe(chosen);
  });

  test.each(['capacity-optimized', 'price-capacity-optimized', 'lowest-price', 'diversified'] as const)(
    '%s, nothing anywhere → none',
    (strategy) => {
      expect(
        chooseSpotPool(
          strategy,
          offers.map((one) => ({ ...one, freeInstances: 0 })),
        ),
      ).toBeUndefined();
    },
  );

  test('one pool weighs 1, one 2, diversified, 12 units → six from each', () => {
    const pools = [poolOf('a'), poolOf('b', { weightUnits: 2 })];
    const bench = new Bench(knobsWith({ pools, spotStrategy: 'diversified' })).modify({ spotUnits: 12 });
    const units = (type: string): number =>
      bench.fleet.instances().reduce((sum, { pool }) => sum + (pool.instanceType === type ? pool.weightUnits : 0), 0);
    expect([units('a'), units('b')]).toEqual([6, 6]);
  });
});

describe('on-demand pool', () => {
  test.each([
    ['one cheaper → it', [poolOf('a', { onDemandUsdPerHour: 2 }), poolOf('b', { onDemandUsdPerHour: 1 })], 'b'],
    [
      'dearer but of more weight → lowest price of a unit',
      [poolOf('a', { onDemandUsdPerHour: 1 }), poolOf('b', { onDemandUsdPerHour: 1.5, weightUnits: 2 })],
      'b',
    ],
    ['same price → the first', [poolOf('a'), poolOf('b')], 'a'],
  ])('%s', (_, pools, chosen) => {
    const offers = pools.map((pool) => ({ pool, freeInstances: Number.POSITIVE_INFINITY, liveInstances: 0 }));
    expect(chooseOnDemandPool('lowest-price', offers)?.instanceType).toBe(chosen);
  });

  test('spot pools empty → on-demand can be had all the same', () => {
    const bench = new Bench(knobsWith({ pools: [poolOf('a', { spotInstances: 0 })] })).modify({ onDemandUnits: 3 });
    expect(bench.provisioned).toEqual([3, 0]);
  });

  test('prioritized → the first of the list, however dear, and the next when it is sold out', () => {
    const pools = [poolOf('first', { onDemandUsdPerHour: 9, onDemandInstances: 2 }), poolOf('second')];
    const bench = new Bench(knobsWith({ pools, onDemandStrategy: 'prioritized' })).modify({ onDemandUnits: 3 });
    expect(bench.fleet.instances().map(({ pool }) => pool.instanceType)).toEqual(['first', 'first', 'second']);
  });

  test('every pool sold out → waits, is told, and gives up at the timeout', () => {
    const pools = [poolOf('a', { onDemandInstances: 1 })];
    const bench = new Bench(knobsWith({ pools })).modify({ onDemandUnits: 3 });
    expect([bench.provisioned, bench.waiting.onDemandUnits]).toEqual([[1, 0], 2]);
    bench.to(700);
    expect(bench.of('insufficientCapacity')[0]).toMatchObject({ market: 'onDemand', missingUnits: 2 });
    expect(bench.of('provisioningTimeout')).toMatchObject([{ market: 'onDemand', missingUnits: 2 }]);
  });

  test('an on-demand outage from 100 to 400 s → nothing is given in it, what runs stays, and the resize comes after it', () => {
    const onDemandOutages = [{ startSeconds: 100, endSeconds: 400, instanceTypes: null }];
    const bench = new Bench(knobsWith({ onDemandOutages })).start(2, 0).to(150).modify({ onDemandUnits: 5 }).to(390);
    expect([bench.provisioned, bench.removals]).toEqual([[2, 0], {}]);
    expect(bench.to(440).provisioned).toEqual([5, 0]);
  });

  test('an on-demand outage of one type → the other type is bought, and spot is not touched', () => {
    const onDemandOutages = [{ startSeconds: 0, endSeconds: 400, instanceTypes: ['a'] }];
    const bench = new Bench(knobsWith({ pools: [poolOf('a'), poolOf('b')], onDemandOutages }));
    bench.modify({ onDemandUnits: 1, spotUnits: 1 });
    expect(bench.fleet.instances().map(({ id }) => id)).toEqual(['b/onDemand/1', 'a/spot/1']);
  });
});
