import { checkKnobs } from '../../../simulator/world/fleet/checks.ts';
import { DEFAULT_KNOBS, R5_4XLARGE } from '../../../simulator/world/knobs.ts';
import { mergeKnobs } from '../../../simulator/world/read-knobs.ts';

const read = (given: unknown) => {
  const problems: string[] = [];
  const knobs = mergeKnobs(given, (path, _, expected) => problems.push(`${path.join('.')}: ${expected}`));
  return { knobs, problems };
};

test('nothing given → the defaults', () => {
  expect(read({})).toEqual({ knobs: DEFAULT_KNOBS, problems: [] });
});

test('pools, strategies, spells and outages of both markets → all of them are kept', () => {
  const pool = { instanceType: 'r6i.4xlarge', spells: 'us-east-1c', onDemandInstances: 3 };
  const outage = { startSeconds: 10, endSeconds: 20, instanceTypes: ['r5.4xlarge', 'r6i.4xlarge'], reclaims: false };
  const onDemandOutage = { startSeconds: 30, endSeconds: 40, instanceTypes: null };
  const fleet = {
    pools: [pool, {}],
    spotStrategy: 'price-capacity-optimized',
    onDemandStrategy: 'prioritized',
    outages: [outage],
    onDemandOutages: [onDemandOutage],
    outageSpread: 0.3,
    noticeShare: 0.9,
    rebalanceShare: 0.5,
  };
  const { knobs, problems } = read({ fleet });
  expect(problems).toEqual([]);
  expect(knobs.fleet).toEqual({ ...DEFAULT_KNOBS.fleet, ...fleet, pools: [{ ...R5_4XLARGE, ...pool }, R5_4XLARGE] });
});

test.each([
  [{ fleet: { spotStrategy: 'cheapest' } }, 'fleet.spotStrategy: one of capacity-optimized, price-capacity-optimized'],
  [{ fleet: { onDemandStrategy: 'lowest' } }, 'fleet.onDemandStrategy: one of lowest-price, prioritized'],
  [{ fleet: { pools: [{ spells: 'us-east-1a' }] } }, 'fleet.pools.0.spells: one of us-east-1b, us-east-1c'],
  [{ fleet: { outageSpread: '30 %' } }, 'fleet.outageSpread: a number'],
  [{ fleet: { outages: [{ instanceTypes: [4] }] } }, 'fleet.outages.0.instanceTypes.0: a string'],
  [{ fleet: { onDemandOutages: [{ reclaims: true }] } }, 'fleet.onDemandOutages.0.reclaims: one of'],
])('%j → told', (given, expected) => {
  const { problems } = read(given);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(expected);
});

test.each([
  [{ outageSpread: 2 }, 'outageSpread 0–1'],
  [{ noticeShare: -0.1 }, 'noticeShare 0–1'],
  [{ rebalanceShare: 7 }, 'rebalanceShare 0–1'],
  [{ pools: [{ ...R5_4XLARGE, onDemandInstances: 0.5 }] }, 'r5.4xlarge: onDemandInstances'],
  [{ onDemandOutages: [{ startSeconds: 9, endSeconds: 3, instanceTypes: null }] }, 'onDemandOutages: 0 ≤ start ≤ end'],
])('%j → refused by the fleet', (fleet, expected) => {
  expect(() => checkKnobs({ ...DEFAULT_KNOBS.fleet, ...fleet })).toThrow(expected);
});
