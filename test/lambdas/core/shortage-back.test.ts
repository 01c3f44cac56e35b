/** The way back from on-demand to spot: what it obeys, what it needs room for, and what does not wait for it. */
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import { codesOf, facts, numbersOf } from './builders.ts';
import { commandsOf, type Drive, running, tickAt } from './drive.ts';
import { callsOf, HOUR, lastTargets, PRICED, taken, timesOf } from './scarce.ts';

describe('the way back obeys the rule for shrinking', () => {
  const grace = facts({ ...PRICED, drainGraceSeconds: 600 });
  /** Until three hours one query runs that is older than a removed worker's grace. */
  const ticks = taken(
    6 * HOUR,
    HOUR,
    { scaleIn: { mode: 'drained' } },
    {
      facts: grace,
      sample: ({ ready, seconds }) => ({
        ...ready,
        runningQueries: 40,
        oldestRunningSeconds: seconds < 3 * HOUR ? 5000 : 5,
      }),
    },
  );

  test('an old query runs → no stand-in is given back before it ends, and it is told why', () => {
    const lowered = callsOf(ticks).filter(({ onDemand, seconds }) => onDemand < 30 && seconds > 1600);
    expect(lowered[0]?.seconds).toBeGreaterThanOrEqual(3 * HOUR);
    const codes = codesOf(tickAt(ticks, 2 * HOUR).decision);
    expect(codes).toEqual(expect.arrayContaining(['fallback-return-waits', 'shrink-old-query']));
  });

  test('meanwhile one step of spot is paid on top, and no second one is asked for', () => {
    expect(timesOf(ticks, 'fallback-probe').filter((seconds) => seconds < 3 * HOUR && seconds > HOUR)).toHaveLength(1);
    const total = tickAt(ticks, 3 * HOUR - 15).decision.targets;
    expect(total).toEqual({ onDemandUnits: 30, spotUnits: 18 });
  });

  test('it ends → step by step to the end, and the capacity never falls below what is wanted', () => {
    expect(lastTargets(ticks)).toEqual({ onDemandUnits: 0, spotUnits: 40 });
    const ready = ticks.filter(({ seconds }) => seconds > HOUR).map(({ readyUnits }) => readyUnits);
    expect(Math.min(...ready)).toBeGreaterThanOrEqual(40);
  });

  test('however small the step is: the smallest step of a shrink does not hold it back', () => {
    const picky = taken(8 * HOUR, HOUR, { scaleIn: { smallestStepShare: 0.5 } });
    expect(lastTargets(picky)).toEqual({ onDemandUnits: 0, spotUnits: 40 });
  });
});

describe('a cluster at its maximum', () => {
  const full = (wishes: PolicyInput, given: Partial<Drive> = {}) =>
    taken(12 * HOUR, 2 * HOUR, { capacity: { maximumUnits: 40 }, ...wishes }, { sample: running(() => 90), ...given });

  test('spot takes the place of on-demand a few units at a time; the total never passes the maximum', () => {
    const ticks = full({});
    expect(lastTargets(ticks)).toEqual({ onDemandUnits: 0, spotUnits: 40 });
    for (const [, units] of commandsOf(ticks)) expect(units).toBeLessThanOrEqual(40);
    const ready = ticks.filter(({ seconds }) => seconds > 2 * HOUR).map(({ readyUnits }) => readyUnits);
    expect(Math.min(...ready)).toBeGreaterThanOrEqual(38);
  });

  test('spot is not back → the workers that made room are on-demand again, and it is tried ever more seldom', () => {
    const ticks = full({}, { before: ({ fleet, seconds }) => (fleet.spotLimit = seconds < 600 ? 1000 : 10) });
    expect(
      Math.min(...ticks.filter(({ seconds }) => seconds > 2 * HOUR).map(({ readyUnits }) => readyUnits)),
    ).toBeGreaterThanOrEqual(38);
    const swaps = timesOf(ticks, 'fallback-swap');
    expect(swaps.length).toBeLessThanOrEqual(12 * 3);
    expect(ticks.at(-1)?.decision.targets?.onDemandUnits).toBeGreaterThanOrEqual(28);
  });

  test('an old query runs → no worker makes room, and it is told why', () => {
    const ticks = full(
      { scaleIn: { mode: 'drained' } },
      {
        facts: facts({ ...PRICED, drainGraceSeconds: 600 }),
        sample: ({ ready }) => ({ ...ready, runningQueries: 90, oldestRunningSeconds: 5000 }),
      },
    );
    expect(callsOf(ticks).filter(({ seconds, onDemand }) => seconds > 2000 && onDemand < 30)).toEqual([]);
    expect(numbersOf(tickAt(ticks, 12 * HOUR).decision, 'fallback-no-room')).toEqual({ why: 'shrink-old-query' });
  });

  test('mode sparing → no worker makes room: queries are never put at risk for cheaper capacity', () => {
    const ticks = full({ scaleIn: { mode: 'sparing', lostQueriesPerDay: 1000 } });
    expect(callsOf(ticks).filter(({ seconds, onDemand }) => seconds > 2000 && onDemand < 30)).toEqual([]);
    expect(numbersOf(tickAt(ticks, 12 * HOUR).decision, 'fallback-no-room')).toEqual({ why: 'shrink-not-idle' });
  });
});

test('stand-ins use the whole budget, so that no probe fits into it → spot takes their place a few units at a time', () => {
  // 40 units of spot cost 16 dollars an hour, each stand-in 0.60 more: 9 fit, and then no unit of spot on top.
  const ticks = taken(12 * HOUR, 2 * HOUR, { budget: { usdPerHour: 21.5 } });
  expect(Math.max(...callsOf(ticks).map(({ onDemand }) => onDemand))).toBe(9);
  for (const { onDemand, spot } of callsOf(ticks)) expect(onDemand + 0.4 * spot).toBeLessThanOrEqual(21.5 + 1e-9);
  expect(lastTargets(ticks)).toEqual({ onDemandUnits: 0, spotUnits: 40 });
});

test('a probe is in force and everything is wanted → the growth goes out at once, up to the maximum', () => {
  const ticks = taken(
    3 * HOUR,
    10 * HOUR,
    { capacity: { maximumUnits: 50 } },
    {
      sample: ({ ready, fleet }) => ({ ...ready, runningQueries: fleet.target > 40 ? 90 : 40 }),
    },
  );
  const [probe = 0] = timesOf(ticks, 'fallback-probe');
  const growth = callsOf(ticks).find(({ seconds }) => seconds > probe);
  expect(growth?.seconds).toBeLessThanOrEqual(probe + 30);
  expect((growth?.onDemand ?? 0) + (growth?.spot ?? 0)).toBe(50);
  expect(codesOf(tickAt(ticks, growth?.seconds ?? 0).decision)).toContain('growth-behind-probe');
});

test('a probe asks EMR for its shortest timeout, everything else for the policy’s', () => {
  const ticks = taken(2 * HOUR, 10 * HOUR);
  const [probe = 0] = timesOf(ticks, 'fallback-probe');
  const [fallback = 0] = timesOf(ticks, 'fallback-on-demand');
  expect(tickAt(ticks, probe).decision.command?.spotTimeoutSeconds).toBe(300);
  expect(tickAt(ticks, fallback).decision.command?.spotTimeoutSeconds).toBe(600);
});

test('spot is lost again while a probe is in force → the probe ends, and the fallback time counts from that loss', () => {
  const ticks = taken(
    3 * HOUR,
    10 * HOUR,
    {},
    {
      before: ({ fleet, seconds }) => {
        if (seconds >= 2100) fleet.spotLimit = 0;
      },
    },
  );
  expect(lastTargets(ticks)).toEqual({ onDemandUnits: 40, spotUnits: 0 });
  const whole = callsOf(ticks).find(({ onDemand }) => onDemand === 40)?.seconds ?? 0;
  expect(whole).toBeLessThanOrEqual(2100 + 900 + 90);
});
