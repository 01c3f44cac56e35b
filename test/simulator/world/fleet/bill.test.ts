import { billedSeconds, billOf } from '../../../../simulator/world/fleet/bill.ts';
import type { FleetInstance } from '../../../../simulator/world/fleet/model.ts';
import { Bench, knobsWith, poolOf } from './bench.ts';

const instance = (changes: Partial<FleetInstance>): FleetInstance => ({
  id: 'a/spot/1',
  pool: poolOf('a'),
  market: 'spot',
  state: 'running',
  launchedAt: 100,
  runningAt: 400,
  terminatedAt: undefined,
  removal: undefined,
  zombie: false,
  ...changes,
});

describe('billed seconds', () => {
  test.each([
    ['not launched yet → 0', {}, 99, 0],
    ['launched this moment → the minimum', {}, 100, 60],
    ['30 s old → the minimum', {}, 130, 60],
    ['lives for 500 s → 500', {}, 600, 500],
    ['ended after 200 s → 200, however late the bill', { terminatedAt: 300 }, 9000, 200],
    ['ended after 10 s → the minimum', { terminatedAt: 110 }, 9000, 60],
    ['bill until before its end → only until then', { terminatedAt: 900 }, 600, 500],
  ])('%s', (_, changes, until, seconds) => {
    expect(billedSeconds(instance(changes), until)).toBe(seconds);
  });
});

describe('bill', () => {
  test('an hour of one on-demand and one spot → EC2 by market, the same EMR fee for both', () => {
    const hour = { launchedAt: 0, terminatedAt: 3600 };
    const bill = billOf([instance({ ...hour, market: 'onDemand' }), instance(hour)], 3600);
    expect(bill.byMarket.onDemand.ec2Usd).toBeCloseTo(1.008);
    expect(bill.byMarket.spot.ec2Usd).toBeCloseTo(1.008 * 0.35);
    expect(bill.byMarket.onDemand.emrUsd).toBeCloseTo(0.252);
    expect(bill.byMarket.spot.emrUsd).toBeCloseTo(0.252);
    expect(bill.ec2Usd).toBeCloseTo(1.008 * 1.35);
    expect([bill.instanceHours, bill.unitHours, bill.coreHours]).toEqual([2, 2, 32]);
  });

  test('two types → each on its own line, units and cores by its own size', () => {
    const small = poolOf('small', { weightUnits: 1, vcpu: 8 });
    const large = poolOf('large', { weightUnits: 4, vcpu: 32 });
    const day = { launchedAt: 0, terminatedAt: 86_400 };
    const bill = billOf([instance({ ...day, pool: small }), instance({ ...day, pool: large })], 86_400);
    expect(Object.keys(bill.byType)).toEqual(['small', 'large']);
    expect([bill.byType['small']?.unitHours, bill.byType['large']?.unitHours]).toEqual([24, 96]);
    expect([bill.byType['small']?.coreHours, bill.byType['large']?.coreHours]).toEqual([192, 768]);
  });

  test('nothing launched → nothing owed', () => {
    expect(billOf([], 3600)).toMatchObject({ ec2Usd: 0, emrUsd: 0, unitHours: 0, byType: {} });
  });

  test('waiting for capacity → free; billed from launch, start and drain included', () => {
    const outages = [{ startSeconds: 0, endSeconds: 120, instanceTypes: null, reclaims: false }];
    const bench = new Bench(knobsWith({ outages, minimumAgeSeconds: 0 })).modify({ spotUnits: 1 });
    expect(bench.fleet.bill(0).instanceHours).toBe(0);
    bench.to(420).modify({ spotUnits: 0 }).to(1000);
    expect(bench.fleet.bill(1000).instanceHours * 3600).toBeCloseTo(520 - 120);
  });

  test('initial capacity → billed from 0', () => {
    expect(new Bench(knobsWith()).start(1, 1).to(1800).fleet.bill(1800).instanceHours).toBeCloseTo(1);
  });
});
