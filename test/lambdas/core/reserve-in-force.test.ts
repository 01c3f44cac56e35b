/** The reserve in a cluster that lives: bought once, kept in a shrink, bounded, and never a reason of its own to grow. */
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import { codesOf, commandedUnits, facts, hold, numbersOf, policyWith, pools } from './builders.ts';
import { type Drive, drive, type Moment, running, type Ticked } from './drive.ts';

const SHARE = { maximumShare: 4 };
const withReserve = (input: PolicyInput = {}) => policyWith({ ...input, reserve: { ...SHARE, ...input.reserve } });

/** All spot that is provisioned, spread evenly over so many pools. */
const even =
  (count: number) =>
  ({ fleet, seconds }: Moment) =>
    pools(Array<number>(count).fill(fleet.spot.provisioned / count), seconds);

const run = (options: Partial<Drive>): readonly Ticked[] =>
  drive({ seconds: 3600, units: 20, policy: withReserve(), pools: even(5), sample: running(() => 20), ...options });

const commands = (ticks: readonly Ticked[]): readonly (number | undefined)[] =>
  ticks.map(commandedUnits).filter((units) => units !== undefined);
const last = (ticks: readonly Ticked[]): Ticked => ticks.at(-1) as Ticked;

test('20 units of steady demand in five even pools → five more are bought, once', () => {
  const ticks = run({});
  expect(commands(ticks)).toEqual([25]);
  expect(last(ticks).decision.terms).toMatchObject({ reserveUnits: 5, wantedUnits: 25 });
  expect(last(ticks).memory.reserve?.units).toBe(5);
});

test('without a reserve nothing is bought', () => {
  expect(commands(run({ policy: withReserve({ reserve: { poolsLost: 0 } }) }))).toEqual([]);
});

test('growth must be worth a quarter of the target → the reserve is bought all the same', () => {
  expect(commands(run({ policy: withReserve({ resize: { smallestGrowthShare: 0.25 } }) }))).toEqual([25]);
});

test('demand eats into the reserve by no more than a quarter → left alone; by more → bought anew', () => {
  const policy = withReserve({ resize: { smallestGrowthShare: 0.25 } });
  const rising = (most: number) => running((seconds) => (seconds < 1200 ? 40 : most));
  expect(commands(run({ units: 40, policy, sample: rising(41) }))).toEqual([50]);
  expect(commands(run({ units: 40, policy, sample: rising(42) }))).toEqual([50, 53]);
});

test('demand falls → what is kept is demand with its reserve, after the hold', () => {
  const ticks = run({ units: 50, sample: running((seconds) => (seconds < 300 ? 40 : 20)) });
  expect(commands(ticks).at(-1)).toBe(25);
  expect(commands(ticks).every((units) => (units ?? 0) >= 25)).toBe(true);
});

test('demand plus reserve is above the maximum → the maximum, and no more is claimed', () => {
  const ticks = run({ policy: withReserve({ capacity: { maximumUnits: 23 } }) });
  expect(commands(ticks)).toEqual([23]);
  expect(codesOf(last(ticks).decision)).not.toContain('ceiling-maximum');
  expect(last(ticks).decision.reasons.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['reserve', 'reserve-capped']),
  );
});

test('an hourly budget pays for 22 units → 22', () => {
  const policy = withReserve({ budget: { usdPerHour: 8.8 } });
  const priced = facts({ usdPerUnitHour: { onDemand: 1, spot: 0.4 } });
  expect(commands(run({ policy, facts: priced }))).toEqual([22]);
});

test('a floor above demand and reserve covers both', () => {
  const ticks = run({ holds: () => [hold({ units: 30, until: 2_000_000_000 })] });
  expect(commands(ticks)).toEqual([30]);
  expect(last(ticks).memory.reserve?.units).toBe(0);
});

test('a floor between them → the reserve on top of demand is what counts', () => {
  const ticks = run({ holds: () => [hold({ units: 22, until: 2_000_000_000 })] });
  expect(commands(ticks)).toEqual([25]);
  expect(last(ticks).memory.reserve?.units).toBe(3);
});

test('demand cannot be read any more → what is in force stands, and nothing is added to it tick by tick', () => {
  const ticks = run({ sample: (moment) => (moment.seconds < 900 ? running(() => 20)(moment) : undefined) });
  expect(commands(ticks)).toEqual([25]);
  expect(last(ticks).memory.reserve?.units).toBe(5);
});

test('alarms alone → no reserve: nobody knows what it would be on top of', () => {
  expect(
    commands(
      run({
        policy: withReserve({ signal: { source: 'alarms' }, alarms: [{ name: 'up', direction: 'up', stepUnits: 3 }] }),
        sample: () => undefined,
      }),
    ),
  ).toEqual([]);
});

test('EMR puts all that is bought into the largest pool → found out once, and not bought again for hours', () => {
  const concentrating = ({ fleet, seconds }: Moment) => {
    const { provisioned } = fleet.spot;
    const largest = 5 + Math.max(0, provisioned - 20);
    return pools([largest, ...Array<number>(4).fill((provisioned - largest) / 4)], seconds);
  };
  const ticks = run({ seconds: 3 * 3600, pools: concentrating });
  expect(commands(ticks).length).toBeLessThanOrEqual(4);
  expect(commands(ticks).at(-1)).toBe(20);
  expect(codesOf(last(ticks).decision)).toContain('reserve-not-worth');
  expect(Math.max(...commands(ticks).map(Number))).toBeLessThan(45);
});

describe('spot is short', () => {
  const options: Partial<Drive> = {
    seconds: 2400,
    readEveryTick: true,
    policy: withReserve({ markets: { fallbackAfterSeconds: 600, fallbackMaximumUnits: 20 } }),
  };
  const limited = (units: number): Partial<Drive> => ({
    ...options,
    before: ({ fleet, seconds }) => {
      fleet.spotLimit = seconds < 900 ? 1000 : units;
    },
  });

  test('by no more than the reserve → it has done its work, and no on-demand stands in', () => {
    const ticks = run(limited(20));
    expect(Math.max(...ticks.map(({ decision }) => decision.targets?.onDemandUnits ?? 0))).toBe(0);
    expect(ticks.some(({ decision }) => codesOf(decision).includes('spot-deficit'))).toBe(true);
  });

  test('by more → on-demand stands in for what demand misses, and not for the reserve', () => {
    const ticks = run(limited(12));
    const told = ticks.find(({ decision }) => codesOf(decision).includes('fallback-on-demand'));
    if (told === undefined) throw new Error('expected a fallback');
    expect(numbersOf(told.decision, 'fallback-on-demand')).toEqual({ units: 8 });
  });

  test('a reserve that is newly wanted → waits until spot is back', () => {
    const policy = (seconds: number) =>
      withReserve({ markets: { fallbackAfterSeconds: 600 }, reserve: { poolsLost: seconds < 1500 ? 0 : 1 } });
    const ticks = run({ ...limited(12), policy });
    expect(Math.max(...ticks.map(({ decision }) => decision.terms.reserveUnits ?? 0))).toBe(0);
    expect(codesOf(last(ticks).decision)).toContain('reserve-waits');
  });
});
