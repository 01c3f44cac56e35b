/** A shortage of spot while something else goes on: calls that fail, other modes, other limits, no on-demand. */
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import { codesOf, numbersOf, policyWith } from './builders.ts';
import { commandsOf, tickAt } from './drive.ts';
import { callsOf, HOUR, lastTargets, standIns, taken, timesOf, wishesWith } from './scarce.ts';

test('30 of 40 units are taken → on-demand stands in the fallback time after they were seen missing, not a tick later', () => {
  const ticks = taken(1800, 10 * HOUR);
  const seen = timesOf(ticks, 'spot-deficit')[0] ?? 0;
  expect(seen - 600).toBeLessThanOrEqual(60);
  expect(callsOf(ticks).find(({ onDemand }) => onDemand > 0)).toEqual({ seconds: seen + 900, onDemand: 30, spot: 10 });
});

test('the fallback’s call fails three times → it is made again with every tick, not a fallback time later', () => {
  let failures = 3;
  const ticks = taken(
    1800,
    10 * HOUR,
    {},
    {
      memory: undefined as never,
      obeys: ({ targets }) => targets.onDemandUnits === 0 || failures-- <= 0,
    },
  );
  const fallbacks = callsOf(ticks).filter(({ onDemand }) => onDemand > 0);
  expect(fallbacks.length).toBeGreaterThanOrEqual(2);
  expect(lastTargets(ticks)).toEqual({ onDemandUnits: 30, spotUnits: 10 });
});

test('shadow → it is told tick after tick what would be asked for, and nothing is believed to stand in', () => {
  const ticks = taken(2 * HOUR, 10 * HOUR, { mode: 'shadow' });
  expect(callsOf(ticks)).toEqual([]);
  expect(numbersOf(tickAt(ticks, 2 * HOUR).decision, 'fallback-on-demand')).toEqual({ units: 30 });
  expect(Math.max(...ticks.map(({ memory }) => memory.spot?.standInUnits ?? 0))).toBe(0);
});

test('paused for two hours in a shortage → on resuming the fallback time begins anew: nobody looked meanwhile', () => {
  const mode = (seconds: number) => (seconds >= 1200 && seconds < 1200 + 2 * HOUR ? 'paused' : 'act');
  const ticks = taken(
    4 * HOUR,
    10 * HOUR,
    {},
    {
      policy: (seconds) => policyWith(wishesWith({ mode: mode(seconds) })),
    },
  );
  const first = callsOf(ticks).find(({ onDemand }) => onDemand > 0)?.seconds ?? 0;
  expect(first).toBeGreaterThanOrEqual(1200 + 2 * HOUR + 900);
  expect(first).toBeLessThanOrEqual(1200 + 2 * HOUR + 900 + 60);
});

test('a resize that neither ends nor times out → does not hold the fallback back', () => {
  const ticks = taken(
    1800,
    10 * HOUR,
    {},
    {
      readEveryTick: true,
      before: ({ fleet, seconds }) => {
        if (seconds >= 600) fleet.status = 'resizing';
      },
    },
  );
  expect(callsOf(ticks).find(({ onDemand }) => onDemand > 0)?.seconds).toBeLessThanOrEqual(600 + 900 + 60);
});

test('EMR gave up two minutes before the fallback → spot is not asked for again in between: EMR would make the fallback wait for it', () => {
  const ticks = taken(1800, 10 * HOUR);
  const fallback = callsOf(ticks).find(({ onDemand }) => onDemand > 0)?.seconds ?? 0;
  expect(callsOf(ticks).filter(({ seconds }) => seconds > 600 + 300 && seconds < fallback)).toEqual([]);
});

describe('caps are lowered while stand-ins run', () => {
  const lowered = (wishes: PolicyInput) =>
    taken(
      5 * HOUR,
      2 * HOUR,
      {},
      {
        policy: (seconds) => policyWith(wishesWith(seconds < 3000 ? {} : wishes)),
      },
    );

  test('none may stand in any more → none is added and none thrown out; the way back is as ever', () => {
    const ticks = lowered({ markets: { fallbackMaximumUnits: 0 } });
    expect(standIns(ticks, 2 * HOUR)).toBe(30);
    expect(Math.min(...ticks.filter(({ seconds }) => seconds > 2000).map(({ readyUnits }) => readyUnits))).toBe(40);
    expect(lastTargets(ticks)).toEqual({ onDemandUnits: 0, spotUnits: 40 });
  });

  test('the maximum falls below what is in force → nothing above it is asked for, and what is too much goes by the rule for shrinking', () => {
    const ticks = lowered({ capacity: { maximumUnits: 25 } });
    for (const [seconds, units] of commandsOf(ticks)) if (seconds > 3000) expect(units).toBeLessThanOrEqual(25);
    expect(lastTargets(ticks)).toEqual({ onDemandUnits: 0, spotUnits: 25 });
  });
});

test('the day’s budget is spent → no on-demand stands in', () => {
  expect(callsOf(taken(HOUR, 10 * HOUR, { budget: { usdPerDay: 3 } })).filter(({ onDemand }) => onDemand > 0)).toEqual(
    [],
  );
});

test('somebody sets on-demand to nothing while it stands in → nothing stands in any more, and the shortage is watched anew', () => {
  const ticks = taken(
    2700,
    10 * HOUR,
    { resize: { respectForeignSeconds: 600 } },
    {
      before: ({ fleet, seconds }) => {
        if (seconds === 2400) fleet.set(0, 40, seconds);
      },
      readEveryTick: true,
    },
  );
  expect(standIns(ticks, 2385)).toBe(30);
  expect(standIns(ticks, 2700)).toBe(0);
});

describe('on-demand is short too', () => {
  const ticks = taken(
    3 * HOUR,
    10 * HOUR,
    {},
    {
      before: ({ fleet }) => {
        fleet.onDemandLimit = 12;
      },
    },
  );

  test('it is told, and no more of it is asked for', () => {
    expect(Math.max(...callsOf(ticks).map(({ onDemand }) => onDemand))).toBe(30);
    expect(ticks.at(-1)?.readyUnits).toBe(22);
  });

  test('it is asked for again ever more slowly, from five minutes to half an hour', () => {
    const again = timesOf(ticks, 'fleet-gave-up').filter((seconds) => seconds > 1600);
    const gaps = again.slice(1).map((seconds, index) => seconds - (again[index] ?? 0));
    expect(again.length).toBeGreaterThanOrEqual(2);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(300);
  });
});

test('on-demand is short and spot goes on being lost → what is missing of on-demand is told, and not asked for twice', () => {
  const ticks = taken(
    2 * HOUR,
    10 * HOUR,
    {},
    {
      before: ({ fleet, seconds }) => {
        fleet.onDemandLimit = 12;
        if (seconds >= 2400) fleet.spotLimit = 0;
      },
    },
  );
  const told = ticks.find(({ decision }) => codesOf(decision).includes('on-demand-short'));
  expect(told && numbersOf(told.decision, 'on-demand-short')['missingUnits']).toBe(18);
  expect(Math.max(...callsOf(ticks).map(({ onDemand }) => onDemand))).toBe(30);
});
