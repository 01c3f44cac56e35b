import { capped } from '../../../lambdas/core/ceilings.ts';
import { decide } from '../../../lambdas/core/decide.ts';
import type { Memory } from '../../../lambdas/core/memory.ts';
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import {
  at,
  codesOf,
  commandedUnits,
  facts,
  fleet,
  hold,
  memory,
  NOON,
  numbersOf,
  observation,
  policyWith,
  sample,
  targets,
} from './builders.ts';
import { commandsOf, drive, running, tickAt } from './drive.ts';

const PRICE = { onDemand: 1, spot: 0.4 };
const priced = facts({ usdPerUnitHour: PRICE });

const cap = (wanted: number, current: number, wishes: PolicyInput, given: Partial<Memory> = {}, price = true) =>
  capped(wanted, current, observation({ facts: price ? priced : facts() }), policyWith(wishes), {
    ...memory(),
    fleet: fleet(),
    ...given,
  });

describe('the maximum', () => {
  test.each([
    ['100 wanted of 100 → 100, no reason', 100, 100, []],
    ['101 wanted → 100, and told', 101, 100, ['ceiling-maximum']],
    ['a million wanted → 100', 1_000_000, 100, ['ceiling-maximum']],
  ])('%s', (_, wanted, units, codes) => {
    const answer = cap(wanted, 10, {});
    expect(answer.units).toBe(units);
    expect(answer.reasons.map(({ code }) => code)).toEqual(codes);
  });
});

describe('dollars an hour', () => {
  const spotOnly = { budget: { usdPerHour: 20 } };
  test.each<[string, PolicyInput, Partial<Memory>, number]>([
    ['20 dollars at 0.40 a spot unit → 50', spotOnly, {}, 50],
    ['a cent less → 49', { budget: { usdPerHour: 19.99 } }, {}, 49],
    ['nothing but on-demand → 20', { ...spotOnly, markets: { onDemandShare: 1 } }, {}, 20],
    ['a base of 10 on-demand, the rest spot → 10 + 25', { ...spotOnly, markets: { onDemandBaseUnits: 10 } }, {}, 35],
    ['half and half at 0.70 → 28, the odd one on-demand', { ...spotOnly, markets: { onDemandShare: 0.5 } }, {}, 28],
    [
      'weights up to 8: seven units of overshoot at 0.40 are set aside → 43',
      spotOnly,
      { fleet: fleet({ largestWeight: 8 }) },
      43,
    ],
    [
      'weights up to 8 in both markets: EMR may overshoot each → 20 − 7 − 2.8 dollars pay for 14',
      { ...spotOnly, markets: { onDemandShare: 0.5 } },
      { fleet: fleet({ largestWeight: 8 }) },
      14,
    ],
    ['the budget is nothing → the minimum stands above it', { budget: { usdPerHour: 0 } }, {}, 10],
  ])('%s', (_, wishes, given, units) => {
    const answer = cap(90, 10, wishes, given);
    expect(answer.units).toBe(units);
    expect(answer.reasons.map(({ code }) => code)).toEqual(['ceiling-budget-hour']);
  });

  test('the term tells what is allowed, also while less is wanted', () => {
    expect(cap(12, 10, spotOnly).ceilingUnits).toBe(50);
    expect(cap(12, 10, spotOnly).reasons).toEqual([]);
  });

  test('on-demand units in force that the mix of today would not have → they are paid for first', () => {
    const command = { targets: targets(10, 0), at: at(0), seen: true, askedAgain: 0 };
    expect(cap(90, 10, spotOnly, { command }).units).toBe(10 + 25);
  });

  test('stand-ins for spot are paid as on-demand', () => {
    const spot = { targets: [], standInUnits: 10, probeWaitSeconds: 300 };
    expect(cap(90, 10, spotOnly, { spot }).units).toBe(10 + 25);
  });
});

describe('a budget stops growth and never forces a shrink', () => {
  const BUDGETS: [string, PolicyInput, Partial<Memory>, boolean][] = [
    ['an hourly budget far below', { budget: { usdPerHour: 1 } }, {}, true],
    ['a daily one that is spent', { budget: { usdPerDay: 50 } }, { spending: { day: 1, usd: 50, at: at(0) } }, true],
    ['a budget without a price', { budget: { usdPerHour: 9999 } }, {}, false],
    ['a daily budget without a price', { budget: { usdPerDay: 9999 } }, {}, false],
  ];
  test.each(BUDGETS)('%s, 40 units in force, 60 wanted → 40 stand', (_, wishes, given, price) => {
    expect(cap(60, 40, wishes, given, price).units).toBe(40);
  });
  test.each(BUDGETS)('%s, 40 units in force, 20 wanted → 20 may be asked for', (_, wishes, given, price) => {
    expect(cap(20, 40, wishes, given, price).units).toBe(20);
  });
  test.each(BUDGETS)('%s, 2 units in force, 60 wanted → up to the minimum of 4', (_, wishes, given, price) => {
    expect(cap(60, 2, wishes, given, price).units).toBe(4);
  });
});

test('a budget is set and the price is unknown, more in force than the maximum → nothing grows, nothing is claimed', () => {
  const answer = cap(120, 150, { budget: { usdPerHour: 10 } }, {}, false);
  expect(answer.units).toBe(100);
});

test('without a budget the price does not matter', () => {
  expect(cap(90, 10, {}, {}, false)).toEqual({ units: 90, ceilingUnits: 100, reasons: [] });
});

describe('whoever asks, the budget holds', () => {
  const wishes: PolicyInput = { budget: { usdPerHour: 20 } };
  const ask = (given: object, more: PolicyInput = {}) =>
    decide(
      observation({ sample: sample(), fleet: fleet(), facts: priced, ...given }),
      policyWith({ ...wishes, ...more }),
      memory(),
      at(0),
    );
  test.each([
    ['the load', ask({ sample: sample({ runningQueries: 80 }) })],
    ['a hold', ask({ holds: [hold({ units: 80 })] })],
    ['an extra', ask({ holds: [hold({ kind: 'extra', units: 80 })] })],
    ['a schedule', ask({}, { schedules: [{ name: 'a', cron: '0 12 * * *', durationMinutes: 9, units: 80 }] })],
    [
      'an alarm',
      ask(
        { alarms: [{ name: 'a', state: 'ALARM', since: at(0) }] },
        { alarms: [{ name: 'a', direction: 'up', stepUnits: 80 }] },
      ),
    ],
    [
      'a query that waits for 80 workers',
      ask({ sample: sample({ requiredWorkers: 80, waitingForWorkersQueries: 1 }) }),
    ],
  ])('%s wants 80 units → 50', (_, decided) => {
    expect(commandedUnits(decided)).toBe(50);
    expect(numbersOf(decided.decision, 'ceiling-budget-hour')).toMatchObject({ usdPerHour: 20, units: 50 });
  });
});

describe('dollars a day', () => {
  test('forty units at 0.40 for six hours → 96 dollars are spent', () => {
    const ticks = drive({ units: 40, seconds: 6 * 3600, tickSeconds: 60, facts: priced, sample: running(() => 40) });
    expect(ticks.at(-1)?.memory.spending?.usd).toBeCloseTo(96, 3);
  });

  test('the day’s 100 dollars are spent at 18:15 → the load of the evening buys nothing until midnight, then it does', () => {
    const ticks = drive({
      units: 40,
      seconds: 12.5 * 3600,
      tickSeconds: 60,
      facts: priced,
      policy: policyWith({ budget: { usdPerDay: 100 } }),
      sample: running((seconds) => (seconds < 8 * 3600 ? 40 : 80)),
    });
    expect(commandsOf(ticks)).toEqual([[12 * 3600, 80]]);
    const evening = tickAt(ticks, 9 * 3600).decision;
    expect(codesOf(evening)).toContain('ceiling-budget-day');
    expect(numbersOf(evening, 'ceiling-budget-day')).toEqual({ spentUsd: expect.closeTo(144, 3), usdPerDay: 100 });
  });

  /** A tick that wants 80 units, with 40 there and so much of the day's 100 dollars spent. */
  const asking = (spending: Memory['spending'], budgeted = priced) => {
    const observed = observation({
      sample: sample({ runningQueries: 80, readyWorkers: 40, readyCores: 640 }),
      fleet: fleet({ spot: 40 }),
      facts: budgeted,
    });
    const given = { fleet: fleet({ spot: 40 }), ...(spending === undefined ? {} : { spending }) };
    return decide(observed, policyWith({ budget: { usdPerDay: 100 } }), memory(given), at(0));
  };
  const TODAY = Math.floor(NOON / 86_400);

  test.each([
    ['a cent is left → it grows; what that costs is counted as it is spent', TODAY, 99.99, 80],
    ['spent to the cent → it does not', TODAY, 100, undefined],
    ['more than spent → it does not, and nothing is given back either', TODAY, 250, undefined],
    ['spent yesterday → a new day', TODAY - 1, 250, 80],
  ])('%s', (_, day, usd, asked) => {
    expect(commandedUnits(asking({ day, usd, at: at(-15) }))).toBe(asked);
  });

  test('nobody knows what a unit costs → nothing grows, and the reason says so', () => {
    const decided = asking(undefined, facts());
    expect(commandedUnits(decided)).toBeUndefined();
    expect(codesOf(decided.decision)).toContain('budget-price-unknown');
  });

  test('what was asked for and never came is not spent: the day’s dollars are those of what was there', () => {
    const ticks = drive({
      units: 40,
      seconds: 3600,
      tickSeconds: 60,
      facts: priced,
      sample: running(() => 80),
      before: ({ fleet: simulated }) => {
        simulated.spotLimit = 40;
      },
    });
    expect(commandsOf(ticks)[0]?.[1]).toBe(80);
    const { usd = 0 } = ticks.at(-1)?.memory.spending ?? {};
    expect(usd).toBeGreaterThan(15.9);
    expect(usd).toBeLessThan(40 * 0.4 + 20 * 1);
  });
});
