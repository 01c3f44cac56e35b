import fc from 'fast-check';
import { splitOf } from '../../../lambdas/core/markets.ts';
import type { Memory } from '../../../lambdas/core/memory.ts';
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import { units } from '../../../lambdas/core/quantities.ts';
import { type Reserve, reserveFor } from '../../../lambdas/core/reserve.ts';
import { at, fleet, memory, policyWith, pools, targets } from './builders.ts';

/** No caps but those that a situation names. */
const FREE = { maximumShare: 4 };

interface Given {
  readonly demand?: number;
  readonly spot?: readonly number[];
  readonly policy?: PolicyInput;
  readonly memory?: Partial<Memory>;
  readonly price?: { readonly onDemand: number; readonly spot: number };
  readonly seconds?: number;
}

const reserved = ({ demand = 100, spot = [20, 20, 20, 20, 20], policy = {}, seconds = 0, ...given }: Given): Reserve =>
  reserveFor({
    demandUnits: demand,
    policy: policyWith({ capacity: { maximumUnits: 1000 }, ...policy, reserve: { ...FREE, ...policy.reserve } }),
    memory: memory({ fleet: fleet({ instanceTypes: 5 }), pools: pools(spot), ...given.memory } as never),
    price: given.price,
    now: at(seconds),
  });

const codes = ({ reasons }: Reserve): string[] => reasons.map(({ code }) => code);

describe('how much is kept on top of 100 units of demand', () => {
  test.each<[string, Given, number]>([
    ['five even pools, one may go: a quarter', {}, 25],
    ['eight even pools, one may go: a seventh, rounded up', { spot: Array(8).fill(5) }, 15],
    [
      'eight even pools, two may go: a third, rounded up',
      { spot: Array(8).fill(5), policy: { reserve: { poolsLost: 2 } } },
      34,
    ],
    ['no pool may go', { policy: { reserve: { poolsLost: 0 } } }, 0],
    ['no demand', { demand: 0 }, 0],
    ['two pools of five hold most', { spot: [40, 40, 10, 5, 5] }, 67],
    ['all is on-demand by the mix', { policy: { markets: { onDemandShare: 1 } } }, 0],
    ['the base covers all of demand', { policy: { markets: { onDemandBaseUnits: 100 } } }, 0],
    ['half of what is above the base is on-demand: a tenth goes', { policy: { markets: { onDemandShare: 0.5 } } }, 11],
    ['30 on-demand units are in force', { memory: { command: { targets: targets(30, 70) } as never } }, 18],
    ['at most 7 units', { policy: { reserve: { maximumUnits: 7 } } }, 7],
    ['at most a tenth of demand', { policy: { reserve: { maximumShare: 0.1 } } }, 10],
    ['the maximum leaves room for 5', { policy: { capacity: { maximumUnits: 105 } } }, 5],
    ['demand is above the maximum already', { policy: { capacity: { maximumUnits: 80 } } }, 0],
    ['40 spare units were asked for', { policy: { reserve: { headroomUnits: 40 } } }, 40],
    ['10 spare units were asked for: they are part of it', { policy: { reserve: { headroomUnits: 10 } } }, 25],
    ['spare units without a reserve', { policy: { reserve: { headroomUnits: 10, poolsLost: 0 } } }, 10],
    ['spare units without demand', { demand: 0, policy: { reserve: { headroomUnits: 10 } } }, 10],
    ['pools were never read: equal shares of five types', { memory: { pools: undefined as never } }, 25],
  ])('%s', (_, given, expected) => {
    expect(reserved(given).units).toBe(expected);
  });

  test.each<[string, readonly number[]]>([
    ['all spot in one pool', [100]],
    ['two thirds in one pool', [66, 34]],
  ])('%s → none, and the reason names the cure', (_, spot) => {
    const reserve = reserved({ spot });
    expect(reserve.units).toBe(0);
    expect(codes(reserve)).toEqual(['reserve-not-worth']);
  });

  test('two even pools → half of it would stay: bought, under the caps', () => {
    expect(reserved({ spot: [50, 50] }).units).toBe(100);
    expect(reserved({ spot: [50, 50], policy: { reserve: { maximumShare: 0.15 } } }).units).toBe(15);
  });

  test('a policy as it comes → at most a fifth of demand', () => {
    const policy = policyWith({ capacity: { maximumUnits: 1000 } });
    const remembered = memory({ pools: pools([50, 50]) } as never);
    const question = { demandUnits: 100, policy, memory: remembered, price: undefined, now: at(0) };
    expect(reserveFor(question).units).toBe(20);
  });
});

describe('what is told', () => {
  const price = { onDemand: 1, spot: 0.4 };

  test('in full → pools, share, age and dollars', () => {
    expect(reserved({ price, seconds: 200 }).reasons).toEqual([
      {
        code: 'reserve',
        numbers: {
          poolsLost: 1,
          pools: 5,
          share: 0.2,
          known: 'read 3 min ago',
          units: 25,
          price: 'for 10.00 dollars an hour',
        },
      },
    ]);
  });

  test('no price → said to be unknown, not zero', () => {
    expect(reserved({}).reasons[0]?.numbers).toMatchObject({ price: 'at a price that is not known' });
  });

  test('capped → what is needed, what is kept, and what would be missing then', () => {
    const reserve = reserved({ policy: { reserve: { maximumShare: 0.15 } } });
    expect(codes(reserve)).toEqual(['reserve', 'reserve-capped']);
    // 115 less a fifth leaves 92.
    expect(reserve.reasons[1]?.numbers).toEqual({ neededUnits: 25, units: 15, poolsLost: 1, missingUnits: 8 });
  });

  test('the caps leave nothing → no reserve is claimed', () => {
    expect(codes(reserved({ policy: { reserve: { maximumUnits: 0 } } }))).toEqual(['reserve-capped']);
  });

  test('nothing is needed → nothing is told', () => {
    expect(reserved({ demand: 0 }).reasons).toEqual([]);
  });

  test('nothing is known of the pools → nothing is told and nothing bought', () => {
    const {
      units: amount,
      reasons,
      memory: kept,
    } = reserved({ memory: { pools: undefined as never, fleet: fleet() } });
    expect([amount, reasons, kept]).toEqual([0, [], undefined]);
  });
});

describe('the share of the largest pools over time', () => {
  const shareAfter = (share: number, seconds: number, spot: readonly number[]): number =>
    reserved({ spot, seconds, memory: { reserve: { share, at: at(0), units: 0 } } }).memory?.share ?? Number.NaN;

  test('a larger one counts at once', () => expect(shareAfter(0.2, 15, [40, 20, 20, 20])).toBe(0.4));
  test('a smaller one counts only after a quarter of an hour', () => {
    expect(shareAfter(0.4, 899, [20, 20, 20, 20, 20])).toBe(0.4);
    expect(shareAfter(0.4, 900, [20, 20, 20, 20, 20])).toBe(0.2);
  });

  describe('one that made a reserve not worth it', () => {
    const evenNow = [20, 20, 20, 20, 20];
    const later = (reserve: object, seconds: number, spot: readonly number[] = evenNow) =>
      reserved({ spot, seconds, memory: { reserve: { share: 0.6, at: at(0), units: 0, ...reserve } } }).memory;

    test('with a reserve in force → remembered for three hours: EMR may have put it there', () => {
      const soured = reserved({
        spot: [60, 20, 20],
        memory: { reserve: { share: 0.2, at: at(-60), units: 9 } },
      }).memory;
      expect(soured).toMatchObject({ share: 0.6, soured: true });
      expect(later({ soured: true }, 10_799)).toMatchObject({ share: 0.6, soured: true });
      expect(later({ soured: true }, 10_800)).toEqual({ share: 0.2, at: at(10_800), units: 25 });
    });

    test('without one, as in a cluster that is small at night → for no longer than any other', () => {
      expect(later({}, 899)?.share).toBe(0.6);
      expect(later({}, 900)?.share).toBe(0.2);
    });
  });

  test('pools that swing from read to read → one size, not a saw', () => {
    let reserve: Memory['reserve'];
    const amounts = new Set<number>();
    for (let read = 0; read < 24; read += 1) {
      const spot = read % 2 === 0 ? [24, 19, 19, 19, 19] : [20, 20, 20, 20, 20];
      const seen = reserved({
        seconds: read * 300,
        memory: { pools: pools(spot, read * 300), ...(reserve === undefined ? {} : { reserve }) },
      });
      reserve = seen.memory;
      amounts.add(seen.units);
    }
    expect([...amounts]).toEqual([32]);
  });
});

describe('while spot is short', () => {
  const short = (spot: object, kept: number): Reserve =>
    reserved({
      seconds: 1000,
      memory: {
        spot: { targets: [], standInUnits: 0, probeWaitSeconds: 300, ...spot },
        reserve: { share: 0.2, at: at(0), units: kept },
      } as never,
    });

  test.each([
    ['stand-ins run', { standInUnits: 5 }, 18, 18],
    ['missing for half the fallback time', { deficitSince: at(550) }, 18, 18],
    ['nothing was kept before', { standInUnits: 5 }, 0, 0],
  ])('%s → it does not grow', (_, spot, kept, expected) => {
    const reserve = short(spot, kept);
    expect(reserve.units).toBe(expected);
    expect(codes(reserve)).toContain('reserve-waits');
  });

  test('missing for a start lag, as with every growth → it is as large as ever', () => {
    expect(short({ deficitSince: at(700) }, 0).units).toBe(25);
  });
});

describe('whatever the pools', () => {
  const situations = fc.record({
    demand: fc.integer({ min: 0, max: 800 }),
    spot: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 15 }),
    poolsLost: fc.integer({ min: 0, max: 4 }),
    maximumShare: fc.constantFrom(0, 0.15, 0.5, 4),
    onDemandShare: fc.constantFrom(0, 0.1, 0.37, 1),
    onDemandBaseUnits: fc.constantFrom(0, 4, 50),
    standInUnits: fc.constantFrom(0, 9),
    headroomUnits: fc.constantFrom(0, 13),
  });
  type Situation = typeof situations extends fc.Arbitrary<infer Value> ? Value : never;

  const of = ({ demand, spot, standInUnits, onDemandShare, onDemandBaseUnits, ...reserve }: Situation) => {
    const policy = policyWith({
      capacity: { maximumUnits: 900 },
      markets: { onDemandShare, onDemandBaseUnits },
      reserve,
    });
    const shortage = { targets: [], standInUnits, probeWaitSeconds: 300 };
    const kept = { share: 0, at: at(0), units: 100_000 };
    const remembered = memory({ pools: pools(spot), spot: shortage, reserve: kept } as never);
    const answer = reserveFor({ demandUnits: demand, policy, memory: remembered, price: undefined, now: at(0) });
    const share =
      [...spot]
        .sort((a, b) => b - a)
        .slice(0, reserve.poolsLost)
        .reduce((a, b) => a + b, 0) / spot.reduce((a, b) => a + b, 0);
    const total = demand + answer.units;
    const left = total - share * splitOf(units(total), policy, standInUnits).spotUnits;
    return { answer, left, share, onDemandShare };
  };

  test('what is left after the largest pools went is demand, or the reason says how much is missing', () => {
    fc.assert(
      fc.property(situations, (given) => {
        const { answer, left } = of(given);
        const told = answer.reasons.map(({ code }) => code);
        const excused = told.includes('reserve-capped') || told.includes('reserve-not-worth');
        if (!excused) expect(left).toBeGreaterThanOrEqual(given.demand - 1e-6);
        const missing = answer.reasons.find(({ code }) => code === 'reserve-capped')?.numbers['missingUnits'] ?? 0;
        if (!told.includes('reserve-not-worth'))
          expect(left + Number(missing)).toBeGreaterThanOrEqual(given.demand - 1e-6);
      }),
    );
  });

  test('no unit too many: one less would leave too little, where nothing else asks for it', () => {
    fc.assert(
      fc.property(situations, (given) => {
        const bare: Situation = { ...given, headroomUnits: 0, maximumShare: 4 };
        const { answer } = of(bare);
        if (answer.units === 0 || answer.reasons.some(({ code }) => code === 'reserve-capped')) return;
        const { share } = of(bare);
        const total = bare.demand + answer.units - 1;
        const policy = policyWith({
          markets: { onDemandShare: bare.onDemandShare, onDemandBaseUnits: bare.onDemandBaseUnits },
        });
        const left = total - share * splitOf(units(total), policy, bare.standInUnits).spotUnits;
        expect(left).toBeLessThan(bare.demand);
      }),
    );
  });

  test('caps hold: never above the maximum, never above its share beside what was asked for outright', () => {
    fc.assert(
      fc.property(situations, (given) => {
        const { answer } = of(given);
        expect(Number.isInteger(answer.units)).toBe(true);
        expect(given.demand + answer.units).toBeLessThanOrEqual(Math.max(900, given.demand));
        expect(answer.units).toBeLessThanOrEqual(
          Math.max(given.headroomUnits, given.maximumShare * given.demand + 1e-6),
        );
      }),
    );
  });

  test('more demand never makes less be wanted, and more pools that may go never a smaller reserve that is worth it', () => {
    fc.assert(
      fc.property(situations, fc.integer({ min: 1, max: 60 }), (given, more) => {
        const small = given.demand + of(given).answer.units;
        const large = given.demand + more + of({ ...given, demand: given.demand + more }).answer.units;
        expect(large).toBeGreaterThanOrEqual(small);
        const { answer } = of({ ...given, poolsLost: given.poolsLost + 1 });
        if (answer.reasons.some(({ code }) => code === 'reserve-not-worth')) return;
        expect(answer.units).toBeGreaterThanOrEqual(of(given).answer.units);
      }),
    );
  });
});
