import { decide } from '../../../lambdas/core/decide.ts';
import { floorsOf } from '../../../lambdas/core/floors.ts';
import type { Hold, WorkloadSample } from '../../../lambdas/core/model.ts';
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import {
  at,
  codesOf,
  commandedUnits,
  fleet,
  hold,
  memory,
  numbersOf,
  observation,
  policyWith,
  sample,
  without,
} from './builders.ts';
import { commandsOf, drive, running, tickAt } from './drive.ts';

const decideWith = (
  queries: number,
  given: { holds?: Hold[]; seen?: Partial<WorkloadSample>; wishes?: PolicyInput; units?: number; weight?: number },
) =>
  decide(
    observation({
      sample: { ...sample({ runningQueries: queries }), ...given.seen },
      fleet: fleet({ spot: given.units ?? 10, largestWeight: given.weight ?? 1 }),
      holds: given.holds ?? [],
    }),
    policyWith(given.wishes),
    memory(),
    at(0),
  );

const floorsAt = (holds: Hold[], now = at(0)) =>
  floorsOf(observation({ holds }), sample(), policyWith(), memory(), now);

describe('holds', () => {
  test.each<[string, Hold[], number]>([
    ['no hold → demand', [], 12],
    ['total 20 → 20', [hold({ units: 20 })], 20],
    ['total 8, less than demand → demand', [hold({ units: 8 })], 12],
    ['totals 20 and 30 → the larger', [hold({ units: 20 }), hold({ key: 'b', units: 30 })], 30],
    ['extra 5 → on top of demand', [hold({ kind: 'extra', units: 5 })], 17],
    [
      'extras 5 and 7 → they add up',
      [hold({ kind: 'extra', units: 5 }), hold({ key: 'b', kind: 'extra', units: 7 })],
      24,
    ],
    [
      'extra 5 and total 16 → the extra is on top of demand, not of the total',
      [hold({ kind: 'extra', units: 5 }), hold({ key: 'b', units: 16 })],
      17,
    ],
    ['extra 5 and total 30 → the total', [hold({ kind: 'extra', units: 5 }), hold({ key: 'b', units: 30 })], 30],
    ['extra 500 → the maximum, never more', [hold({ kind: 'extra', units: 500 })], 100],
    ['total 500 → the maximum', [hold({ units: 500 })], 100],
    ['total of 20.5 units → 21 whole ones', [hold({ units: 20.5 })], 21],
  ])('demand of 12 units, %s', (_, holds, units) => {
    expect(commandedUnits(decideWith(12, { holds }))).toBe(units);
  });

  test.each([
    ['a second before it ends → counts', -1, 20],
    ['at its end → expired', 0, 4],
    ['still listed long after its end → ignored', 86_400, 4],
  ])('%s', (_, seconds, units) => {
    expect(floorsAt([hold({ units: 20, until: at(0) })], at(seconds)).units).toBe(units);
  });

  test('an extra that has expired adds nothing', () => {
    expect(floorsAt([hold({ kind: 'extra', units: 5, until: at(0) })], at(0)).extraUnits).toBe(0);
  });

  test('the reason names key, owner, end and units', () => {
    const { decision } = decideWith(0, { holds: [hold({ units: 20 })] });
    expect(numbersOf(decision, 'floor-hold')).toEqual({ key: 'etl', owner: 'ann', until: at(3600), units: 20 });
  });

  test('a hold below demand is not worth a reason, an extra always is', () => {
    const { decision } = decideWith(30, { holds: [hold({ units: 20 }), hold({ key: 'b', kind: 'extra', units: 1 })] });
    expect(codesOf(decision)).toEqual(['demand-counts', 'floor-hold-extra', 'grow-wanted']);
  });

  test.each([
    ['total 45 on 40 units', [hold({ units: 45 })], 45],
    ['total 41 on 40 units', [hold({ units: 41 })], 41],
  ])('%s, smaller than the smallest growth → given all the same, it was promised', (_, holds, units) => {
    const wishes = { resize: { smallestGrowthShare: 0.25 } };
    expect(commandedUnits(decideWith(40, { holds, wishes, units: 40 }))).toBe(units);
  });

  test('demand of 45 on 40 units without a hold → too small a growth, it waits', () => {
    const { decision } = decideWith(45, { wishes: { resize: { smallestGrowthShare: 0.25 } }, units: 40 });
    expect(decision.command).toBeUndefined();
    expect(numbersOf(decision, 'grow-too-small')).toEqual({ units: 5, stepUnits: 10 });
  });

  test('demand of 50 on 40 units: exactly the smallest growth → sent', () => {
    expect(commandedUnits(decideWith(50, { wishes: { resize: { smallestGrowthShare: 0.25 } }, units: 40 }))).toBe(50);
  });

  test('a total for an hour → up at once, and down a hold after it has ended', () => {
    const ticks = drive({
      seconds: 3600 + 1200,
      sample: running(() => 10),
      holds: (seconds) => (seconds < 4000 ? [hold({ units: 30, until: at(3600) })] : []),
    });
    expect(commandsOf(ticks)).toEqual([
      [0, 30],
      [3585 + 915, 10],
    ]);
  });
});

describe('required workers of a waiting query', () => {
  const waiting = (requiredWorkers: number, given: Partial<WorkloadSample> = {}) =>
    ({ ...sample({ requiredWorkers, waitingForWorkersQueries: 1 }), ...given }) as WorkloadSample;

  test.each<[string, WorkloadSample, number, number | undefined]>([
    ['20 workers, weight 1 → 20 units', waiting(20), 1, 20],
    ['20 workers, largest weight 4 → 80 units, whatever types come', waiting(20), 4, 80],
    ['25 workers, largest weight 4 → exactly the maximum', waiting(25), 4, 100],
    ['26 workers, largest weight 4 → above the maximum, ignored', waiting(26), 4, undefined],
    ['none waits → no floor', waiting(20, { waitingForWorkersQueries: 0 }), 1, undefined],
    ['nobody knows how many wait → the floor stands', without(waiting(20), 'waitingForWorkersQueries'), 1, 20],
    ['nobody knows how many workers → no floor is made up', without(waiting(20), 'requiredWorkers'), 1, undefined],
  ])('%s', (_, seen, weight, units) => {
    const seenFleet = fleet({ largestWeight: weight });
    const decided = decide(observation({ sample: seen, fleet: seenFleet }), policyWith(), memory(), at(0));
    expect(commandedUnits(decided)).toBe(units);
  });

  test('above the maximum → reported with its numbers, not silently dropped', () => {
    const decided = decide(observation({ sample: waiting(101), fleet: fleet() }), policyWith(), memory(), at(0));
    expect(numbersOf(decided.decision, 'required-workers-above-maximum')).toEqual({
      workers: 101,
      units: 101,
      maximumUnits: 100,
    });
  });

  test('the query has gone → the floor ends with it', () => {
    const ticks = drive({
      seconds: 1500,
      sample: ({ seconds, ready }) => ({
        ...ready,
        requiredWorkers: (seconds < 300 ? 20 : 0) as never,
        waitingForWorkersQueries: seconds < 300 ? 1 : 0,
      }),
    });
    expect(commandsOf(ticks)).toEqual([
      [0, 20],
      [1200, 4],
    ]);
  });
});

describe('schedules', () => {
  const morning = { name: 'morning', cron: '30 12 * * *', durationMinutes: 60, units: 30 };
  const noon = (given: object = {}) => ({ ...morning, name: 'noon', cron: '45 12 * * *', units: 50, ...given });

  test('30 units from 12:30 → asked for the learned tail of the start lag earlier, 480 s while nothing is learned', () => {
    const ticks = drive({ seconds: 2000, policy: policyWith({ schedules: [morning] }), sample: running(() => 10) });
    expect(commandsOf(ticks)).toEqual([[1320, 30]]);
    expect(numbersOf(tickAt(ticks, 1320).decision, 'floor-schedule')).toEqual({ name: 'morning', units: 30 });
  });

  test('a cluster that was seen to start within 120 s → asked for 120 s earlier', () => {
    const ticks = drive({
      seconds: 2000,
      policy: policyWith({ schedules: [morning] }),
      memory: memory({ lag: { halfSeconds: [60], tailSeconds: [120] } }),
      sample: running(() => 10),
    });
    expect(commandsOf(ticks)).toEqual([[1680, 30]]);
  });

  test('two windows overlap → the larger while both are open, then the one that is left', () => {
    const policy = policyWith({ schedules: [morning, noon({ durationMinutes: 15 })], scaleIn: { holdSeconds: 0 } });
    const floor = (seconds: number) =>
      floorsOf(observation(), sample(), policy, memory({ lag: { halfSeconds: [], tailSeconds: [1] } }), at(seconds))
        .units;
    expect([1790, 1800, 2700, 3599, 3600, 5399, 5400].map(floor)).toEqual([4, 30, 50, 50, 30, 30, 4]);
  });

  test('a schedule for nothing at night stands under the minimum', () => {
    const policy = policyWith({ schedules: [noon({ cron: '0 12 * * *', units: 0 })] });
    expect(floorsOf(observation(), sample(), policy, memory(), at(60)).units).toBe(4);
  });

  test('the window ends → given back after a hold, like any other demand', () => {
    const policy = policyWith({ schedules: [{ ...morning, durationMinutes: 10 }] });
    const ticks = drive({ seconds: 3600, policy, sample: running(() => 10) });
    expect(commandsOf(ticks)).toEqual([
      [1320, 30],
      [1800 + 600 - 15 + 915, 10],
    ]);
  });
});

test('the minimum is told only while it decides', () => {
  expect(codesOf(decideWith(2, {}).decision)).toContain('floor-minimum');
  expect(codesOf(decideWith(4, {}).decision)).not.toContain('floor-minimum');
});

test('a schedule object that is frozen, as read from a record → decided like any other', () => {
  const policy = policyWith({ schedules: [{ name: 'a', cron: '0 12 * * *', durationMinutes: 1, units: 9 }] });
  const frozen = { ...policy, schedules: policy.schedules.map((one) => Object.freeze({ ...one })) };
  expect(floorsOf(observation(), sample(), frozen, memory(), epochSeconds(at(0))).units).toBe(9);
});
