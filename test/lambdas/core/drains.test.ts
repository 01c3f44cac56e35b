import { NO_DRAINS, watchDrains } from '../../../lambdas/core/drains.ts';
import type { Targets } from '../../../lambdas/core/model.ts';
import { at, codesOf, facts, fleet, memory, numbersOf, policyWith, queryClass, sample, targets } from './builders.ts';
import { commandsOf, type Drive, drive, type Moment, running, tickAt } from './drive.ts';

describe('what drains', () => {
  const watched = (
    { draining = 96, ready = 64, workers = 6 }: { draining?: number | undefined; ready?: number; workers?: number },
    { target = 4, provisioned = 10, grewAt }: { target?: number; provisioned?: number; grewAt?: number } = {},
    reversibleDrain = true,
  ) => {
    const inForce: Targets = targets(0, target);
    const { command } = memory({
      command: {
        targets: { onDemandUnits: 0, spotUnits: target },
        at: at(0),
        seen: true,
        askedAgain: 0,
        ...(grewAt === undefined ? {} : { grewAt: at(grewAt) }),
      },
    });
    const { drainingCores: _cores, ...told } = sample({ readyCores: ready, drainingWorkers: workers });
    return watchDrains({
      sample: { ...told, ...(draining === undefined ? {} : { drainingCores: draining as never }) },
      view: {
        fleet: fleet({ spot: target, provisionedSpot: provisioned }),
        ...(command === undefined ? {} : { command }),
      },
      inForce,
      policy: policyWith(),
      facts: facts({ reversibleDrain }),
      now: at(600),
    });
  };

  test.each<[string, ReturnType<typeof watched>, object]>([
    ['six of ten units were removed', watched({}), { removedUnits: 6, callableCores: 96, returningCores: 0 }],
    [
      'the engine cannot call them back',
      watched({}, {}, false),
      { removedUnits: 6, callableCores: 0, returningCores: 0 },
    ],
    ['none drains', watched({ draining: 0 }), NO_DRAINS],
    [
      'workers are told, and not their cores',
      watched({ draining: undefined }),
      { removedUnits: 6, callableCores: 96, returningCores: 0 },
    ],
    [
      'two more drain for a spot interruption: the target does not bring them back',
      watched({ draining: 128, ready: 32 }),
      { removedUnits: 6, callableCores: 96, returningCores: 0 },
    ],
    [
      'two of the six are gone for the engine already',
      watched({ draining: 64 }),
      { removedUnits: 4, callableCores: 64, returningCores: 0 },
    ],
    [
      'the target covers all of them since a minute',
      watched({}, { target: 10, grewAt: 540 }),
      { removedUnits: 0, callableCores: 0, returningCores: 96 },
    ],
    [
      'the target covers half of them since a minute',
      watched({}, { target: 7, grewAt: 540 }),
      { removedUnits: 3, callableCores: 48, returningCores: 48 },
    ],
    [
      'it covers them since three minutes, and they have not come: they are not counted on',
      watched({}, { target: 10, grewAt: 420 }),
      { removedUnits: 0, callableCores: 0, returningCores: 0 },
    ],
  ])('%s', (_, drains, expected) => {
    expect(drains).toEqual(expected);
  });

  test('no sample, no fleet, or nothing in force → nothing is known to drain', () => {
    const question = { policy: policyWith(), facts: facts(), now: at(0), view: { fleet: fleet() } };
    expect(watchDrains({ ...question, sample: undefined, inForce: targets(0, 4) })).toEqual(NO_DRAINS);
    expect(watchDrains({ ...question, sample: sample({ drainingCores: 96 }), inForce: undefined })).toEqual(NO_DRAINS);
    expect(
      watchDrains({ ...question, view: {}, sample: sample({ drainingCores: 96 }), inForce: targets(0, 4) }),
    ).toEqual(NO_DRAINS);
  });
});

/** 40 units of which 4 are wanted from 0 s on, and at some seconds something else again. The shrink drains ten minutes. */
const returning = (wanted: (seconds: number) => number, reversibleDrain: boolean, lags: Drive['lags'] = {}) =>
  drive({
    units: 40,
    seconds: 1500,
    lags: { shrinkSeconds: 600, ...lags },
    facts: facts({ reversibleDrain }),
    policy: policyWith({ scaleIn: { mode: 'retried', holdSeconds: 600 } }),
    sample: running((seconds) => (seconds < 650 ? 4 : wanted(seconds))),
  });

describe('demand returns while removed workers drain', () => {
  test.each([true, false])('reversible: %s → the growth is sent in the tick that sees it', (reversible) => {
    expect(commandsOf(returning((seconds) => (seconds < 700 ? 4 : 30), reversible))).toEqual([
      [600, 4],
      [705, 30],
    ]);
  });

  test('it returns in two steps → the second is not kept waiting by the first', () => {
    const ticks = returning((seconds) => (seconds < 700 ? 4 : seconds < 760 ? 10 : 30), false);
    expect(commandsOf(ticks)).toEqual([
      [600, 4],
      [705, 10],
      [765, 30],
    ]);
    expect(codesOf(tickAt(ticks, 765).decision)).toContain('growth-behind-shrink');
  });

  test('they can be called back → a notice with numbers, in the tick that sends and in no other', () => {
    const ticks = returning((seconds) => (seconds < 700 ? 4 : 30), true);
    expect(numbersOf(tickAt(ticks, 705).decision, 'drain-called-back')).toEqual({ drainingUnits: 36, units: 26 });
    const told = ticks.filter(({ decision }) => codesOf(decision).includes('drain-called-back'));
    expect(told.map(({ seconds }) => seconds)).toEqual([705]);
  });

  test('they cannot → no word of calling back', () => {
    const ticks = returning((seconds) => (seconds < 700 ? 4 : 30), false);
    expect(ticks.some(({ decision }) => codesOf(decision).includes('drain-called-back'))).toBe(false);
  });

  test.each([
    ['they come back at once → that is no start lag', true, []],
    ['new ones come as soon, and none was called back → it is', false, [15]],
  ])('%s', (_, reversible, learned) => {
    const ticks = returning((seconds) => (seconds < 700 ? 4 : 30), reversible, { growSeconds: 15 });
    expect(tickAt(ticks, 705).readyUnits).toBe(4);
    expect(tickAt(ticks, 720).readyUnits).toBe(30);
    expect(ticks.at(-1)?.memory.lag.halfSeconds).toEqual(learned);
  });

  test('one worker of four units drains over a target of four → it is leaving, and no overshoot that covers six', () => {
    const ticks = drive({
      seconds: 300,
      units: 4,
      sample: (moment) => ({
        ...running((seconds) => (seconds < 150 ? 4 : 6))(moment),
        drainingWorkers: 1 as never,
        drainingCores: 64 as never,
      }),
      before: ({ fleet: simulated }) => {
        simulated.largestWeight = 5;
        simulated.status = 'running';
        simulated.spot.provisioned = Math.max(8, simulated.spot.provisioned);
      },
    });
    expect(commandsOf(ticks)[0]).toEqual([150, 6]);
  });
});

describe('work that waits is not bought for twice', () => {
  /** Four units are ready and six drain; the work of so many cores comes in. */
  const flood = (cores: number, reversibleDrain: boolean) => {
    const ticks = drive({
      units: 10,
      seconds: 1200,
      lags: { shrinkSeconds: 900 },
      facts: facts({ reversibleDrain }),
      policy: policyWith({ scaleIn: { mode: 'retried', holdSeconds: 600 }, capacity: { minimumUnits: 4 } }),
      sample: ({ seconds, ready }: Moment) => {
        const busy = seconds < 700 ? 8 : cores;
        const live = seconds < 700 ? 1 : cores / 4;
        const total = 8 * Math.min(seconds, 700) + cores * Math.max(0, seconds - 700);
        return {
          ...ready,
          runningQueries: live,
          cpuSecondsTotal: total,
          classes: [
            queryClass({
              live,
              parallelismCores: live * 16,
              cpuSecondsUsed: busy * 5,
              finishedQueries: Math.floor(total / 40),
              finishedCpuSeconds: total,
            }),
          ],
        };
      },
    });
    return commandsOf(ticks).filter(([seconds]) => seconds >= 700);
  };

  test('work for nine units → the four and the six do, and no unit is asked for beyond ten', () => {
    const [first] = flood(100, true);
    expect(first?.[1]).toBeLessThanOrEqual(10);
    expect(Math.max(...flood(100, true).map(([, units]) => units))).toBeLessThanOrEqual(10);
  });

  test('the same without calling back → more is asked for, because what drains is lost and the new comes late', () => {
    expect(Math.max(...flood(100, false).map(([, units]) => units))).toBeGreaterThan(10);
  });
});
