import type { Memory } from '../../../lambdas/core/memory.ts';
import { largestPools, wantsPoolsRead, withPools } from '../../../lambdas/core/pools.ts';
import { at, facts, fleet, memory, observation, policyWith, pools } from './builders.ts';

const TYPED = facts({
  typePrices: { 'r5.4xlarge': { onDemandUsdPerHour: 1, spotUsdPerHour: 0.4, emrUsdPerHour: 0.2 } },
});

/** Ten units of spot in a fleet of five types. */
const known = (given: Partial<Memory> = {}): Memory =>
  memory({ fleet: fleet({ instanceTypes: 5 }), ...given } as never);

describe('when the instances are read', () => {
  const even = pools([2, 2, 2, 2, 2]);

  test.each([
    ['never read → now', known(), 0, undefined, true],
    ['the fleet was never read → not yet', memory(), 0, undefined, false],
    [
      'nothing is provisioned → there is nothing to read',
      known({ fleet: fleet({ spot: 0, instanceTypes: 5 }) }),
      0,
      undefined,
      false,
    ],
    ['one type → its share is known without', known({ fleet: fleet({ instanceTypes: 1 }) }), 0, undefined, false],
    ['a release that did not count types → not', known({ fleet: fleet() }), 0, undefined, false],
    ['read 29 min ago, nothing changed → not', known({ pools: even }), 1740, undefined, false],
    ['read half an hour ago → again', known({ pools: even }), 1800, undefined, true],
    ['a loss after the read, 4 min 59 s ago → not yet', known({ pools: even }), 299, 10, false],
    ['a loss after the read, 5 min ago → again', known({ pools: even }), 300, 10, true],
    ['a loss before the read → it shows it', known({ pools: pools([2, 2, 2, 2, 2], 20) }), 400, 10, false],
    ['capacity grew by half since → again', known({ pools: pools([1, 1, 1, 1, 1]) }), 300, undefined, true],
    [
      'on-demand came since → again',
      known({ pools: even, fleet: fleet({ instanceTypes: 5, onDemand: 2 }) }),
      300,
      undefined,
      true,
    ],
    [
      '5 % more, which is nothing → not',
      known({ pools: pools([19, 19, 19, 19, 19]), fleet: fleet({ spot: 100, instanceTypes: 5 }) }),
      300,
      undefined,
      false,
    ],
    ['refused 9 min 59 s ago → not', known({ poolsFailed: { at: at(0), fault: 'denied' } }), 599, undefined, false],
    ['refused 10 min ago → again', known({ poolsFailed: { at: at(0), fault: 'denied' } }), 600, undefined, true],
  ])('%s', (_, remembered, seconds, lossAt, expected) => {
    const lastLossAt = lossAt === undefined ? undefined : at(lossAt);
    expect(wantsPoolsRead(remembered, policyWith(), facts(), lastLossAt, at(seconds))).toBe(expected);
  });

  test('no reserve is wanted and nothing is priced by type → never; priced by type → read, one type or many', () => {
    const none = policyWith({ reserve: { poolsLost: 0 } });
    const single = known({ fleet: fleet({ instanceTypes: 1 }) });
    expect(wantsPoolsRead(known(), none, facts(), undefined, at(0))).toBe(false);
    expect(wantsPoolsRead(known(), none, TYPED, undefined, at(0))).toBe(true);
    expect(wantsPoolsRead(single, none, TYPED, undefined, at(0))).toBe(true);
  });
});

describe('what is kept of a read', () => {
  test('a read replaces the one before and ends a failure', () => {
    const before = known({ pools: pools([10]), poolsFailed: { at: at(0), fault: 'throttled' } });
    const after = withPools(before, observation({ pools: pools([4, 6], 60) }), at(60));
    expect(after.pools).toEqual(pools([4, 6], 60));
    expect(after).not.toHaveProperty('poolsFailed');
  });

  test('a failure leaves standing what was read, and is remembered with its time', () => {
    const after = withPools(known({ pools: pools([10]) }), observation({ poolsFault: 'denied' }), at(60));
    expect(after.pools).toEqual(pools([10]));
    expect(after.poolsFailed).toEqual({ at: at(60), fault: 'denied' });
  });

  test('a tick that did not ask → nothing changes', () => {
    const before = known({ pools: pools([10]) });
    expect(withPools(before, observation(), at(60))).toBe(before);
  });

  test('seventy pools → sixty at most; the smallest count as one, and no unit is lost', () => {
    const many = pools(
      Array.from({ length: 50 }, (_, index) => index + 1),
      0,
      Array.from({ length: 20 }, () => 1),
    );
    const kept = withPools(memory(), observation({ pools: many }), at(0)).pools?.pools ?? [];
    expect(kept.length).toBeLessThanOrEqual(60);
    const total = (market: string): number =>
      kept.filter((pool) => pool.market === market).reduce((sum, pool) => sum + pool.units, 0);
    expect([total('spot'), total('onDemand')]).toEqual([1275, 20]);
    const names = kept.map(({ instanceType, market }) => `${instanceType} ${market}`);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('other onDemand');
  });
});

describe('what share of spot the largest pools hold', () => {
  test.each([
    ['even pools, one', [2, 2, 2, 2, 2], 1, 0.2, 5],
    ['one large, one', [6, 1, 1, 1, 1], 1, 0.6, 5],
    ['one large, two', [6, 1, 1, 1, 1], 2, 0.7, 5],
    ['one pool, one', [10], 1, 1, 1],
    ['more may go than there are', [5, 5], 3, 1, 2],
  ])('%s', (_, amounts, count, share, number) => {
    const found = largestPools(known({ pools: pools(amounts) }), count, at(60));
    expect(found).toEqual({ share: expect.closeTo(share, 9), pools: number, ageSeconds: 60 });
  });

  test('on-demand pools are no part of it', () => {
    expect(largestPools(known({ pools: pools([5, 5], 0, [90]) }), 1, at(0))?.share).toBe(0.5);
  });

  test.each([
    ['never read', known()],
    ['read two hours ago', known({ pools: pools([9, 1], -7200) })],
    ['read when there was no spot', known({ pools: pools([], 0, [4]) })],
  ])('%s → equal shares of all types of the fleet, and no age', (_, remembered) => {
    expect(largestPools(remembered, 2, at(0))).toEqual({ share: 0.4, pools: 5 });
  });

  test('the number of types is not known either → nothing is made up', () => {
    expect(largestPools(memory({ fleet: fleet() as never }), 1, at(0))).toBeUndefined();
    expect(largestPools(memory(), 1, at(0))).toBeUndefined();
  });
});
