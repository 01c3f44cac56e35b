import { decide } from '../../../lambdas/core/decide.ts';
import { FULL_EVERY_TICKS, recordOf } from '../../../lambdas/core/record.ts';
import { memory, policyWith, queryClass, stored, targets } from './builders.ts';
import { drive, running, type Ticked, tickAt } from './drive.ts';

const fullAt = (ticks: readonly Ticked[]) =>
  ticks.filter(({ decision }) => decision.record === 'full').map(({ seconds }) => seconds);

describe('a record is full', () => {
  test('at the first tick, and every twentieth while nothing changes', () => {
    const ticks = drive({ seconds: 60 * 15, sample: running(() => 10) });
    expect(fullAt(ticks)).toEqual([0, 20 * 15, 40 * 15, 60 * 15]);
  });

  test('when the verdict and the targets change, and when that is over', () => {
    const lags = { launchSeconds: 0, staleSeconds: 0 };
    const ticks = drive({ seconds: 285, lags, sample: running((seconds) => (seconds < 60 ? 10 : 20)) });
    expect(fullAt(ticks)).toEqual([0, 60, 75]);
    expect(tickAt(ticks, 60).decision).toMatchObject({ verdict: 'grow', targets: { spotUnits: 20 } });
  });

  test('when other reasons are given, though verdict and targets stay', () => {
    const ticks = drive({
      seconds: 150,
      sample: (moment) => (moment.seconds === 75 ? undefined : running(() => 10)(moment)),
    });
    expect(fullAt(ticks)).toEqual([0, 75, 90]);
  });

  test('not when only the numbers of the same reasons change', () => {
    const ticks = drive({ seconds: 150, sample: running((seconds) => 8 + ((seconds / 15) % 2)) });
    expect(fullAt(ticks)).toEqual([0]);
  });

  test('a change in the middle starts the count of twenty anew', () => {
    const ticks = drive({
      seconds: 45 * 15,
      sample: (moment) => (moment.seconds === 75 ? undefined : running(() => 10)(moment)),
    });
    expect(fullAt(ticks)).toEqual([0, 75, 90, 90 + 20 * 15, 90 + 2 * 20 * 15].filter((seconds) => seconds <= 45 * 15));
  });

  test('the same codes in another order are another decision', () => {
    const steady = { code: 'steady', numbers: {} } as const;
    const shadow = { code: 'shadow', numbers: {} } as const;
    const first = recordOf(memory(), 'steady', targets(0, 10), [steady, shadow]);
    const before = { ...memory(), record: first.memory };
    expect(recordOf(before, 'steady', targets(0, 10), [steady, shadow]).kept).toBe('brief');
    expect(recordOf(before, 'steady', targets(0, 10), [shadow, steady]).kept).toBe('full');
    expect(recordOf(before, 'steady', targets(1, 9), [steady, shadow]).kept).toBe('full');
    expect(recordOf(before, 'grow', targets(0, 10), [steady, shadow]).kept).toBe('full');
  });

  test(`the count never runs past ${FULL_EVERY_TICKS}`, () => {
    const ticks = drive({ seconds: 3600, sample: running(() => 10) });
    expect(Math.max(...ticks.map(({ memory: after }) => after.record.sinceFull))).toBe(FULL_EVERY_TICKS - 1);
  });
});

describe('a full record replays bit for bit', () => {
  /** A day’s worth of what happens to a cluster, in an hour and a half. */
  const eventful = drive({
    seconds: 5400,
    policy: policyWith({
      schedules: [{ name: 'a', cron: '40 12 * * *', durationMinutes: 10, units: 25, timeZone: 'Europe/Berlin' }],
      budget: { usdPerDay: 500 },
      markets: { onDemandShare: 0.3 },
    }),
    sample: ({ ready, seconds }) => {
      if (seconds % 900 === 450) return undefined;
      const live = seconds < 1200 ? 40 : 2;
      return {
        ...ready,
        runningQueries: live,
        cpuSecondsTotal: 7.3 * seconds,
        reservedMemoryBytes: 1e9 * live,
        totalMemoryBytes: 4e9 * Math.max(1, (ready.readyCores ?? 0) / 16),
        classes: ['bi', 'etl'].map((name, index) =>
          queryClass({
            name,
            live: live * (index + 1),
            parallelismCores: 12.5 * live,
            cpuSecondsUsed: 0.1 * seconds,
            finishedQueries: Math.floor(seconds / (15 + 30 * index)),
            finishedCpuSeconds: (seconds / (15 + 30 * index)) * 33.3,
          }),
        ),
      };
    },
  });

  test('whatever was recorded in full, after a trip through the table, decides the same again', () => {
    const records = eventful.filter(({ decision }) => decision.record === 'full');
    expect(records.length).toBeGreaterThan(20);
    for (const { now, observation, policy, before, decision, memory: after } of records) {
      const record = stored({ now, observation, policy, memory: before, decision });
      const again = decide(record.observation, record.policy, record.memory, record.now);
      expect(again.decision).toStrictEqual(record.decision);
      expect(again.memory).toStrictEqual(stored(after));
    }
  });

  test('brief ticks in between replay as well: nothing is kept outside of memory', () => {
    const brief = eventful.filter(({ decision }) => decision.record === 'brief');
    for (const { now, observation, policy, before, decision, memory: after, spent } of brief.toReversed()) {
      expect(decide(stored(observation), stored(policy), stored(before), now)).toStrictEqual({
        decision,
        memory: after,
        ...(spent === undefined ? {} : { spent }),
      });
    }
  });
});
