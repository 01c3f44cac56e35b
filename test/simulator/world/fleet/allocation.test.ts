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
    expect(chooseSpotPool(offers)?.instanceType).toBe(chosen);
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
    expect(chooseOnDemandPool(pools)?.instanceType).toBe(chosen);
  });

  test('spot pools empty → on-demand can be had all the same', () => {
    const bench = new Bench(knobsWith({ pools: [poolOf('a', { spotInstances: 0 })] })).modify({ onDemandUnits: 3 });
    expect(bench.provisioned).toEqual([3, 0]);
  });
});
