/** Prices by type in the environment's file: what the functions are told, and what is refused. */
import { functionSettings, parseEnvironment } from '../../lib/environment.ts';
import { pricesOf } from '../../lib/environment-prices.ts';

const PRICES = {
  'r5.4xlarge': { units: 1, onDemand: 1.008, spot: 0.35, emr: 0.252 },
  'r5.8xlarge': { units: 2, onDemand: 2.016, spot: 0.8, emr: 0.27 },
};

const environment = (cluster: object) => ({
  account: '123456789012',
  region: 'us-east-1',
  clusters: { apps: { find: { name: 'apps' }, sample: { from: 'push' }, policy: {}, ...cluster } },
});

const linesOf = (cluster: object): string[] =>
  (parseEnvironment('prod', environment(cluster)).problems ?? []).map(
    ({ path, expected }) => `${path.join('.')}: ${expected}`,
  );

const entryOf = (cluster: object) => {
  const { environment: parsed, problems } = parseEnvironment('prod', environment(cluster));
  if (parsed === undefined) throw new Error(JSON.stringify(problems));
  return functionSettings(parsed).clusters[0];
};

test('by type → each type as the functions know it, and a unit at the dearest type by the unit', () => {
  expect(entryOf({ prices: PRICES })).toMatchObject({
    typePrices: {
      'r5.4xlarge': { onDemandUsdPerHour: 1.008, spotUsdPerHour: 0.35, emrUsdPerHour: 0.252 },
      'r5.8xlarge': { onDemandUsdPerHour: 2.016, spotUsdPerHour: 0.8, emrUsdPerHour: 0.27 },
    },
    // On-demand the small type is the dearest, on spot too: 0.602 against 0.535.
    usdPerUnitHour: { onDemand: expect.closeTo(1.26, 9), spot: expect.closeTo(0.602, 9) },
  });
  expect(entryOf({ prices: PRICES })).not.toHaveProperty('prices');
});

test('a price by the unit that is given stands beside them', () => {
  const given = { onDemand: 2, spot: 1 };
  expect(entryOf({ prices: PRICES, usdPerUnitHour: given })).toMatchObject({ usdPerUnitHour: given });
});

test('none → nothing is told; an empty list is none', () => {
  for (const cluster of [{}, { prices: {} }]) {
    expect(entryOf(cluster)).not.toHaveProperty('typePrices');
    expect(entryOf(cluster)).not.toHaveProperty('usdPerUnitHour');
  }
  expect(pricesOf(undefined, undefined)).toEqual({});
});

test('dearest by market: another type on-demand than on spot', () => {
  const told = pricesOf(
    { 'a.x': { units: 1, onDemand: 3, spot: 0.1, emr: 0 }, 'b.x': { units: 1, onDemand: 2, spot: 1, emr: 0 } },
    undefined,
  );
  expect(told.usdPerUnitHour).toEqual({ onDemand: 3, spot: 1 });
});

test('a budget is content with them', () => {
  expect(linesOf({ policy: { budget: { usdPerHour: 50 } }, prices: PRICES })).toEqual([]);
  expect(linesOf({ policy: { budget: { usdPerHour: 50 } }, prices: {} })).toHaveLength(1);
});

test.each([
  [
    'spot above on-demand',
    { 'r5.4xlarge': { units: 1, onDemand: 1, spot: 1.5, emr: 0.2 } },
    /prices\.r5\.4xlarge\.spot: at most the price of onDemand, 1/,
  ],
  ['a key that is no type', { r5: { units: 1, onDemand: 1, spot: 0.5, emr: 0.2 } }, /instance type such as/],
  ['no fee', { 'r5.4xlarge': { units: 1, onDemand: 1, spot: 0.5 } }, /prices\.r5\.4xlarge\.emr: a number/],
  [
    'a weight of nothing',
    { 'r5.4xlarge': { units: 0, onDemand: 1, spot: 0.5, emr: 0.2 } },
    /prices\.r5\.4xlarge\.units/,
  ],
  [
    'a price below nothing',
    { 'r5.4xlarge': { units: 1, onDemand: -1, spot: 0.5, emr: 0.2 } },
    /prices\.r5\.4xlarge\.onDemand/,
  ],
])('%s → told where, and what was expected', (_, prices, told) => {
  expect(linesOf({ prices })).toEqual(expect.arrayContaining([expect.stringMatching(told)]));
});
