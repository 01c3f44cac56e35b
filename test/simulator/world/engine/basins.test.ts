import fc from 'fast-check';
import { Basins } from '../../../../simulator/world/engine/basins.ts';
import { waterLevel } from '../../../../simulator/world/engine/water-level.ts';
import { type SharedLimit, slowShares } from './slow-shares.ts';

interface Taker {
  readonly cap: number;
  readonly group: number;
}

interface Instance {
  /** Groups 0 … chain.length − 1 are the chain's, the one after them is the source's. */
  readonly takers: readonly Taker[];
  readonly chain: readonly number[];
  readonly source: number;
  readonly total: number;
}

const basins = new Basins();

/** Shares of the takers in ascending order of caps. */
const sharesOf = ({ takers, chain, source, total }: Instance): { sorted: Taker[]; shares: number[] } => {
  const sorted = [...takers].sort((a, b) => a.cap - b.cap);
  const caps = Float64Array.from(sorted, ({ cap }) => cap);
  const groups = Int32Array.from(sorted, ({ group }) => group);
  const levels = basins.share(caps, groups, sorted.length, { chain, source, total });
  return { sorted, shares: sorted.map(({ cap, group }) => Math.min(cap, levels[group] ?? Number.NaN)) };
};

const limitsOf = ({ chain, source, total }: Instance, sorted: readonly Taker[]): SharedLimit[] => {
  const membersWhere = (isIn: (taker: Taker) => boolean): number[] =>
    sorted.flatMap((taker, index) => (isIn(taker) ? [index] : []));
  return [
    ...chain.map((capacity, group) => ({ capacity, members: membersWhere((taker) => taker.group <= group) })),
    { capacity: source, members: membersWhere((taker) => taker.group === chain.length) },
    { capacity: total, members: membersWhere(() => true) },
  ];
};

const cores = fc.oneof(
  fc.integer({ min: 0, max: 400 }),
  fc.integer({ min: 0, max: 40_000 }).map((hundredths) => hundredths / 100),
);
const instanceOf = (maxTakers: number, maxGroups: number): fc.Arbitrary<Instance> =>
  fc.integer({ min: 0, max: maxGroups }).chain((groups) =>
    fc.record({
      takers: fc.array(
        fc.record({
          cap: fc.oneof(fc.constantFrom(1, 4, 512), fc.double({ min: 0.01, max: 600, noNaN: true })),
          group: fc.integer({ min: 0, max: groups }),
        }),
        { minLength: 1, maxLength: maxTakers },
      ),
      chain: fc.array(cores, { minLength: groups, maxLength: groups }).map((all) => all.sort((a, b) => a - b)),
      source: cores,
      total: cores,
    }),
  );

/** Who can have no more because this limit is met and nobody under it has more; checks on the way that it is kept. */
const bestOffInFull = ({ members, capacity }: SharedLimit, shares: readonly number[]): number[] => {
  const shareOf = (taker: number): number => shares[taker] ?? Number.NaN;
  const sum = members.reduce((all, taker) => all + shareOf(taker), 0);
  expect(sum).toBeLessThanOrEqual(capacity * (1 + 1e-9));
  if (sum < capacity * (1 - 1e-9)) return [];
  const best = Math.max(0, ...members.map(shareOf));
  return members.filter((taker) => shareOf(taker) >= best * (1 - 1e-9));
};

describe('the water level of one pool', () => {
  test.each([
    ['two wide queries on 16 cores → 8', [100, 100], 16, 8],
    ['caps 2 and 100 on 16 cores → the wide one gets the other 14', [2, 100], 16, 14],
    ['caps 4, 4, 100, 100 on 16 cores → all get 4', [4, 4, 100, 100], 16, 4],
    ['caps 1, 4, 9, 100 on 16 cores → 5.5 above 1 and 4', [1, 4, 9, 100], 16, 5.5],
    ['caps 2 and 3 on 16 cores → no limit', [2, 3], 16, Number.POSITIVE_INFINITY],
    ['caps 6 and 10 on 16 cores → they just fit', [6, 10], 16, Number.POSITIVE_INFINITY],
    ['no cores → nothing', [1, 2], 0, 0],
    ['no queries → no limit', [], 16, Number.POSITIVE_INFINITY],
  ])('%s', (_, caps, capacity, level) => {
    expect(waterLevel(Float64Array.from(caps), caps.length, capacity)).toBe(level);
  });
});

describe('nested limits', () => {
  const wide = (group: number): Taker => ({ cap: 1000, group });
  test.each<[string, Instance, number[]]>([
    [
      'one old on 16 cores, one new on 64 → the new one gets what the old one cannot reach',
      { takers: [wide(0), wide(1)], chain: [16, 64], source: 64, total: 64 },
      [16, 48],
    ],
    [
      'one old on 48 of 64 cores, one new → halves, the inner limit does not bind',
      { takers: [wide(0), wide(1)], chain: [48, 64], source: 64, total: 64 },
      [32, 32],
    ],
    [
      'three old on 16 cores, one scanning → the scan gets the other 48',
      { takers: [wide(0), wide(0), wide(0), wide(1)], chain: [16], source: 64, total: 64 },
      [16 / 3, 16 / 3, 16 / 3, 48],
    ],
    [
      '16 active and 48 draining cores, one bound to all, one scanning → 48 and 16',
      { takers: [wide(0), wide(1)], chain: [64], source: 16, total: 64 },
      [48, 16],
    ],
    [
      'narrow old ones leave cores of theirs to a new one',
      { takers: [{ cap: 4, group: 0 }, wide(1)], chain: [16, 32], source: 32, total: 32 },
      [4, 28],
    ],
    [
      'no worker left for the oldest → 0, the others are not held up',
      { takers: [wide(0), wide(1)], chain: [0, 32], source: 32, total: 32 },
      [0, 32],
    ],
  ])('%s', (_, instance, expected) => {
    sharesOf(instance).shares.forEach((share, index) => {
      expect(share).toBeCloseTo(expected[index] ?? Number.NaN, 9);
    });
  });

  test('any nested limits → the same shares as by the slow definition', () => {
    fc.assert(
      fc.property(instanceOf(25, 6), (instance) => {
        const { sorted, shares } = sharesOf(instance);
        const slow = slowShares(
          sorted.map(({ cap }) => cap),
          limitsOf(instance, sorted),
        );
        shares.forEach((share, index) => {
          expect(share).toBeCloseTo(slow[index] ?? Number.NaN, 4);
        });
      }),
      { numRuns: 1500, seed: 1 },
    );
  });

  test('large instances → within all limits, and whoever is below the cap is among the best off in a full set', () => {
    fc.assert(
      fc.property(instanceOf(600, 60), (instance) => {
        const { sorted, shares } = sharesOf(instance);
        const settled = new Set(limitsOf(instance, sorted).flatMap((limit) => bestOffInFull(limit, shares)));
        const unsettled = sorted.filter(({ cap }, taker) => (shares[taker] ?? 0) < cap && !settled.has(taker));
        expect(unsettled).toEqual([]);
      }),
      { numRuns: 200, seed: 2 },
    );
  });
});
