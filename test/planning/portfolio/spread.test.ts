/** Shares that cost least: limits kept, and nothing better near. */
import fc from 'fast-check';
import { type Limits, roomFor, type Spreadable, spread } from '../../../planning/portfolio/spread.ts';

const things = fc
  .array(fc.record({ cost: fc.double({ min: 0.05, max: 2, noNaN: true }), family: fc.nat({ max: 4 }) }), {
    minLength: 2,
    maxLength: 20,
  })
  .map((list): Spreadable => {
    const families = [...new Set(list.map((one) => one.family))];
    return { costs: list.map((one) => one.cost), families: list.map((one) => families.indexOf(one.family)) };
  });
const wished = fc.record({
  most: fc.double({ min: 0.05, max: 1, noNaN: true }),
  familyMost: fc.double({ min: 0.05, max: 1, noNaN: true }),
});
const limitsFor = ({ families }: Spreadable, limits: Omit<Limits, 'least'>): Limits => {
  const sizes = families.map((family) => families.filter((own) => own === family).length);
  const room = roomFor(families, { least: 0, ...limits });
  return { ...room, least: Math.min(0.02, room.familyMost / Math.max(...sizes), 1 / families.length) };
};
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const familySum = (families: readonly number[], shares: readonly number[], family: number): number =>
  sum(shares.filter((_, index) => families[index] === family));

test('shares make a whole and keep every limit', () => {
  fc.assert(
    fc.property(things, wished, fc.double({ min: 0.01, max: 2, noNaN: true }), (some, wish, evenness) => {
      const limits = limitsFor(some, wish);
      const { shares } = spread(some, limits, evenness);
      expect(sum(shares)).toBeCloseTo(1, 6);
      for (const share of shares) {
        expect(share).toBeGreaterThanOrEqual(limits.least - 1e-9);
        expect(share).toBeLessThanOrEqual(limits.most + 1e-9);
      }
      for (const family of some.families) {
        expect(familySum(some.families, shares, family)).toBeLessThanOrEqual(limits.familyMost + 1e-6);
      }
    }),
  );
});

test('no share moved from one type to another makes it cheaper', () => {
  const pair = fc.tuple(fc.nat({ max: 19 }), fc.nat({ max: 19 }), fc.double({ min: 0.001, max: 0.05, noNaN: true }));
  fc.assert(
    fc.property(
      things,
      wished,
      fc.double({ min: 0.01, max: 2, noNaN: true }),
      pair,
      (some, wish, evenness, [a, b, moved]) => {
        const { costs, families } = some;
        const limits = limitsFor(some, wish);
        const { shares } = spread(some, limits, evenness);
        const [from, to] = [a % costs.length, b % costs.length];
        const other = shares.map((share, index) => share - (index === from ? moved : 0) + (index === to ? moved : 0));
        const allowed =
          from !== to &&
          other.every((share) => share >= limits.least && share <= limits.most) &&
          families.every((family) => familySum(families, other, family) <= limits.familyMost);
        fc.pre(allowed);
        const value = (list: readonly number[]): number =>
          sum(list.map((share, index) => share * (costs[index] ?? 0) + evenness * share * share));
        expect(value(other)).toBeGreaterThanOrEqual(value(shares) - 1e-7);
      },
    ),
  );
});

test.each([
  ['three types, 15 % each → a third each', [0, 1, 2], { most: 0.15, familyMost: 1 }, { most: 1 / 3, familyMost: 1 }],
  [
    'two families, 40 % each → half each',
    [0, 0, 0, 1, 1, 1],
    { most: 0.3, familyMost: 0.4 },
    { most: 0.3, familyMost: 0.5 },
  ],
  ['one family of four → all of it', [0, 0, 0, 0], { most: 0.3, familyMost: 0.4 }, { most: 0.3, familyMost: 1 }],
  [
    'a family of one beside a large one',
    [0, 1, 1, 1, 1, 1],
    { most: 0.2, familyMost: 0.4 },
    { most: 0.2, familyMost: 0.8 },
  ],
  ['there is room → as they were', [0, 1, 2, 3], { most: 0.3, familyMost: 0.4 }, { most: 0.3, familyMost: 0.4 }],
])('%s', (_, families, { most, familyMost }, expected) => {
  const raised = roomFor(families, { least: 0, most, familyMost });
  expect(raised.most).toBeCloseTo(expected.most, 6);
  expect(raised.familyMost).toBeCloseTo(expected.familyMost, 6);
});

test('twice the types → twice the work, not four times', () => {
  const reads = (types: number): number => {
    let count = 0;
    const costs = new Proxy(
      Array.from({ length: types }, (_, index) => 1 + ((index * 7919) % 100) / 100),
      {
        get: (target, key) => {
          if (typeof key === 'string' && /^\d+$/.test(key)) count += 1;
          return Reflect.get(target, key) as unknown;
        },
      },
    );
    const families = Array.from({ length: types }, (_, index) => Math.floor(index / 4));
    spread({ costs, families }, { least: 0, most: 0.15, familyMost: 0.4 }, 0.5);
    return count;
  };
  expect(reads(1000) / 1000).toBeLessThan(150);
  expect(reads(2000) / reads(1000)).toBeLessThan(2.1);
});
