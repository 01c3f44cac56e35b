import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import { codesOf, facts, numbersOf, policyWith } from './builders.ts';
import { type Drive, drive, running, type Ticked, tickAt } from './drive.ts';

const priced = facts({ usdPerUnitHour: { onDemand: 1, spot: 0.4 } });

/** 40 units are wanted from the first tick; the market has 10 of spot until `backAt`. */
const scarce = (wishes: PolicyInput, seconds: number, backAt = Number.POSITIVE_INFINITY, given: Partial<Drive> = {}) =>
  drive({
    units: 10,
    seconds,
    facts: priced,
    policy: policyWith(wishes),
    sample: running(() => 40),
    before: ({ fleet, seconds: now }) => {
      fleet.spotLimit = now < backAt ? 10 : 1000;
    },
    ...given,
  });

const calls = (ticks: readonly Ticked[]) =>
  ticks.flatMap(({ seconds, decision }) => {
    const targets = decision.command?.targets;
    return targets === undefined
      ? []
      : [{ seconds, onDemand: Number(targets.onDemandUnits), spot: Number(targets.spotUnits) }];
  });
const firstFallback = (ticks: readonly Ticked[]) => calls(ticks).find(({ onDemand }) => onDemand > 0);

describe('spot cannot be had', () => {
  test('missing for 900 s → on-demand stands in for what is missing, under the cap in units; the total stays', () => {
    const call = firstFallback(scarce({ markets: { fallbackMaximumUnits: 20 } }, 2400));
    expect(call).toMatchObject({ onDemand: 20, spot: 20 });
    expect(call?.seconds).toBeGreaterThanOrEqual(900);
    expect(call?.seconds).toBeLessThanOrEqual(1000);
  });

  test('fallback after 1,800 s → not earlier', () => {
    const wishes = { markets: { fallbackMaximumUnits: 20, fallbackAfterSeconds: 1800 } };
    expect(firstFallback(scarce(wishes, 3600))?.seconds).toBeGreaterThanOrEqual(1800);
  });

  test.each<[string, PolicyInput, number | undefined]>([
    ['no stand-ins allowed', { markets: { fallbackMaximumUnits: 0 } }, undefined],
    ['at most 7 units', { markets: { fallbackMaximumUnits: 7 } }, 7],
    ['more allowed than is missing: only what is missing', { markets: { fallbackMaximumUnits: 100 } }, 30],
    [
      '12 dollars an hour for stand-ins at 1 dollar',
      { markets: { fallbackMaximumUnits: 100, fallbackMaximumUsdPerHour: 12 } },
      12,
    ],
    [
      'a budget of 22 dollars an hour: 40 units at 0.40 and 10 of them 0.60 dearer',
      { markets: { fallbackMaximumUnits: 100 }, budget: { usdPerHour: 22 } },
      10,
    ],
  ])('%s', (_, wishes, onDemand) => {
    expect(firstFallback(scarce(wishes, 2400))?.onDemand).toBe(onDemand);
  });

  test('a cap in dollars and no price → no stand-ins, unknown is not free', () => {
    const wishes = { markets: { fallbackMaximumUsdPerHour: 12 } };
    expect(firstFallback(scarce(wishes, 2400, undefined, { facts: facts() }))).toBeUndefined();
  });

  test('what is missing beyond the cap is told', () => {
    const ticks = scarce({ markets: { fallbackMaximumUnits: 7 } }, 2400);
    const when = firstFallback(ticks)?.seconds ?? 0;
    expect(numbersOf(tickAt(ticks, when).decision, 'fallback-capped')).toEqual({ missingUnits: 30, units: 7 });
    expect(numbersOf(tickAt(ticks, when).decision, 'fallback-on-demand')).toEqual({ units: 7 });
  });

  test('the spot target never falls below what is provisioned of it', () => {
    for (const { observation, decision } of scarce({ markets: { fallbackMaximumUnits: 100 } }, 6000)) {
      const spot: number | undefined = decision.command?.targets.spotUnits;
      if (spot === undefined || observation.fleet === undefined) continue;
      expect(spot).toBeGreaterThanOrEqual(observation.fleet.spot.provisionedUnits);
    }
  });

  test('short for a while at the start of every growth → no shortage: nothing is bought dearly', () => {
    const ticks = scarce({}, 2400, 600);
    expect(firstFallback(ticks)).toBeUndefined();
  });

  test('a growth a minute before the fallback time → only what has been missing all along is stood in for', () => {
    const ticks = scarce({ markets: { fallbackMaximumUnits: 100 } }, 2400, undefined, {
      sample: running((seconds) => (seconds < 840 ? 20 : 40)),
    });
    expect(firstFallback(ticks)?.onDemand).toBeLessThanOrEqual(10);
  });
});

describe('the way back is by probe', () => {
  const back = scarce({ markets: { fallbackMaximumUnits: 20 } }, 14_400, 4000);

  test('spot is back after an hour → every stand-in is given up in the end, step by step', () => {
    expect(tickAt(back, 14_400).decision.targets).toEqual({ onDemandUnits: 0, spotUnits: 40 });
    const onDemand = calls(back).map((call) => call.onDemand);
    const peak = onDemand.indexOf(20);
    const after = onDemand.slice(peak);
    expect(after).toEqual(after.toSorted((a, b) => b - a));
  });

  test('on-demand is lowered only after spot has come: the capacity never falls below what was there', () => {
    const from = firstFallback(back)?.seconds ?? 0;
    const ready = back.filter(({ seconds }) => seconds > from + 400).map(({ readyUnits }) => readyUnits);
    expect(Math.min(...ready)).toBeGreaterThanOrEqual(30);
  });

  test('spot does not come back → probes become rarer, up to half an hour', () => {
    const ticks = scarce({ markets: { fallbackMaximumUnits: 20 } }, 20_000);
    const probes = ticks
      .filter(({ decision }) => codesOf(decision).includes('fallback-probe'))
      .map(({ seconds }) => seconds);
    const gaps = probes.slice(1).map((seconds, index) => seconds - (probes[index] ?? 0));
    expect(probes.length).toBeLessThan(14);
    expect(Math.max(0, ...gaps)).toBeLessThanOrEqual(1800 + 900);
  });

  test('a probe is on top, and yet inside the maximum', () => {
    const ticks = scarce({ capacity: { maximumUnits: 42 }, markets: { fallbackMaximumUnits: 40 } }, 14_400, 4000, {
      sample: running((seconds) => (seconds < 5000 ? 40 : 60)),
    });
    for (const { onDemand, spot } of calls(ticks)) expect(onDemand + spot).toBeLessThanOrEqual(42);
  });

  test('a probe is on top, and yet inside the budget, overshoot included', () => {
    const ticks = scarce({ markets: { fallbackMaximumUnits: 40 }, budget: { usdPerHour: 31 } }, 14_400, 4000, {
      sample: running((seconds) => (seconds < 5000 ? 40 : 60)),
    });
    for (const { onDemand, spot } of calls(ticks)) expect(onDemand + 0.4 * spot).toBeLessThanOrEqual(31 + 1e-9);
  });
});

test('the load falls to 15 while on-demand stands in and 10 of spot are there → 5 stand-ins stay, the capacity does too', () => {
  const ticks = scarce({ markets: { fallbackMaximumUnits: 20 } }, 6000, undefined, {
    sample: running((seconds) => (seconds < 2400 ? 40 : 15)),
  });
  const shrink = calls(ticks).filter(({ onDemand, spot }) => onDemand + spot === 15);
  expect(shrink[0]).toMatchObject({ onDemand: 5, spot: 10 });
  expect(tickAt(ticks, shrink[0]?.seconds ?? 0).memory.spot?.standInUnits).toBe(5);
  expect(Math.min(...ticks.slice(100).map(({ readyUnits }) => readyUnits))).toBeGreaterThanOrEqual(15);
});

test('the load falls to nothing → the dearest go first', () => {
  const ticks = scarce({ markets: { fallbackMaximumUnits: 20 } }, 6000, undefined, {
    sample: running((seconds) => (seconds < 2400 ? 40 : 0)),
  });
  expect(calls(ticks).at(-1)).toMatchObject({ onDemand: 0, spot: 4 });
});
