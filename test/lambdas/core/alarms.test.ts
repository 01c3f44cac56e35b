import { alarmSteps } from '../../../lambdas/core/alarms.ts';
import type { AlarmObservation } from '../../../lambdas/core/model.ts';
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import { alarmIs, at, codesOf, memory, numbersOf, observation, policyWith } from './builders.ts';
import { commandsOf, type Drive, drive, running, tickAt } from './drive.ts';

const QUEUE_LONG = { name: 'queue-long', direction: 'up', stepUnits: 4 } as const;
const CPU_LOW = { name: 'cpu-low', direction: 'down', stepUnits: 3 } as const;
type State = AlarmObservation['state'] | 'UNREAD';

const read = (name: string, state: State): AlarmObservation[] => (state === 'UNREAD' ? [] : [alarmIs(name, state)]);

/** Alarms alone, workers may be removed at any time. */
const ALONE: PolicyInput = { signal: { source: 'alarms' }, alarms: [QUEUE_LONG, CPU_LOW] };

const alone = (up: (seconds: number) => State, down: (seconds: number) => State, given: Partial<Drive> = {}) =>
  drive({
    seconds: 3000,
    policy: policyWith(ALONE),
    sample: () => undefined,
    alarms: (seconds) => [...read('queue-long', up(seconds)), ...read('cpu-low', down(seconds))],
    ...given,
  });

const between = (from: number, to: number) => (seconds: number) => (seconds >= from && seconds < to ? 'ALARM' : 'OK');
const ok = (): State => 'OK';

describe('up', () => {
  test('goes off for a moment → one step, from the target at that time', () => {
    expect(commandsOf(alone(between(60, 75), ok))).toEqual([[60, 14]]);
  });

  test('lasts for 15 minutes → a step each hold period of 300 s, from the target when it went off', () => {
    expect(commandsOf(alone(between(60, 960), ok))).toEqual([
      [60, 14],
      [360, 18],
      [660, 22],
    ]);
  });

  test('a hold period of 60 s and a resize in flight → the steps of the meantime come with the next call', () => {
    const alarms = [{ ...QUEUE_LONG, holdSeconds: 60 }, CPU_LOW];
    const ticks = alone(between(60, 300), ok, { policy: policyWith({ ...ALONE, alarms }) });
    expect(commandsOf(ticks)).toEqual([
      [60, 14],
      [240, 26],
    ]);
  });

  test('flaps every 15 s for 15 minutes → no more steps than if it had lasted', () => {
    const ticks = alone((seconds) => ((seconds / 15) % 2 === 0 && seconds < 960 ? 'ALARM' : 'OK'), ok);
    expect(commandsOf(ticks)).toEqual([
      [0, 14],
      [300, 18],
      [600, 22],
      [900, 26],
    ]);
  });

  test('back to OK for longer than the hold period, then off again → counted anew from the target of that time', () => {
    const ticks = alone((seconds) => (seconds === 60 || seconds === 900 ? 'ALARM' : 'OK'), ok);
    expect(commandsOf(ticks)).toEqual([
      [60, 14],
      [900, 18],
    ]);
    expect(numbersOf(tickAt(ticks, 900).decision, 'alarm-up')).toEqual({
      name: 'queue-long',
      steps: 1,
      stepUnits: 4,
      baseUnits: 14,
    });
  });

  test.each([
    ['its own limit of 15', { limitUnits: 15 }, {}, 15],
    ['the maximum of 16', {}, { maximumUnits: 16 }, 16],
    ['a limit below what is in force: nothing, and never less', { limitUnits: 5 }, {}, undefined],
    ['a limit above the maximum: the maximum', { limitUnits: 500 }, { maximumUnits: 17 }, 17],
  ])('lasts for an hour → ends at %s', (_, given, capacity, units) => {
    const policy = policyWith({ ...ALONE, capacity, alarms: [{ ...QUEUE_LONG, ...given }, CPU_LOW] });
    const ticks = alone(between(60, 3660), ok, { policy, seconds: 3600 });
    expect(commandsOf(ticks).at(-1)?.[1]).toBe(units);
  });

  test('a step of 4 on 40 units is smaller than the smallest growth → taken all the same, the owner named it', () => {
    const policy = policyWith({ ...ALONE, resize: { smallestGrowthShare: 0.25 } });
    expect(commandsOf(alone(between(60, 75), ok, { policy, units: 40 }))).toEqual([[60, 44]]);
  });

  test('two alarms go off together → the larger of their targets, not the sum', () => {
    const alarms = [QUEUE_LONG, { ...QUEUE_LONG, name: 'memory-full', stepUnits: 6 }];
    const ticks = drive({
      seconds: 60,
      policy: policyWith({ ...ALONE, alarms }),
      sample: () => undefined,
      alarms: () => [alarmIs('queue-long', 'ALARM'), alarmIs('memory-full', 'ALARM')],
    });
    expect(commandsOf(ticks)).toEqual([[0, 16]]);
  });
});

describe('down', () => {
  test('lasts → a step each hold period, each given back when a whole hold has wanted no more', () => {
    const ticks = alone(ok, between(60, 9999), { units: 20, seconds: 1600 });
    expect(commandsOf(ticks)).toEqual([
      [960, 17],
      [1260, 14],
      [1560, 11],
    ]);
  });

  test('ends at the minimum', () => {
    const ticks = alone(ok, between(60, 99_999), { units: 20, seconds: 6000 });
    expect(commandsOf(ticks).at(-1)?.[1]).toBe(4);
  });

  test('ends at its own limit', () => {
    const policy = policyWith({ ...ALONE, alarms: [QUEUE_LONG, { ...CPU_LOW, limitUnits: 15 }] });
    const ticks = alone(ok, between(60, 99_999), { units: 20, seconds: 6000, policy });
    expect(commandsOf(ticks).at(-1)?.[1]).toBe(15);
  });

  test('flaps every 15 s → nothing shrinks, each OK wants the target to stand', () => {
    const ticks = alone(ok, (seconds) => ((seconds / 15) % 2 === 0 ? 'ALARM' : 'OK'), { units: 20, seconds: 4000 });
    expect(commandsOf(ticks)).toEqual([]);
  });

  test.each<[string, (seconds: number) => State]>([
    ['an alarm up is in ALARM', between(0, 99_999)],
    ['an alarm up has no data', () => 'INSUFFICIENT_DATA'],
    ['an alarm up was not read', () => 'UNREAD'],
  ])('%s → nothing shrinks', (_, up) => {
    const policy = policyWith({ ...ALONE, alarms: [{ ...QUEUE_LONG, limitUnits: 20 }, CPU_LOW] });
    const ticks = alone(up, between(60, 99_999), { units: 20, seconds: 4000, policy });
    expect(commandsOf(ticks)).toEqual([]);
  });

  test('an alarm up was in ALARM for a moment → a whole hold is needed again after its own hold period', () => {
    const policy = policyWith({ ...ALONE, alarms: [{ ...QUEUE_LONG, limitUnits: 20 }, CPU_LOW] });
    const ticks = alone(between(600, 615), between(0, 99_999), { units: 20, seconds: 2000, policy });
    expect(commandsOf(ticks)[0]?.[0]).toBe(600 + 300 + 900);
  });

  test.each<[string, State]>([
    ['it has no data', 'INSUFFICIENT_DATA'],
    ['it was not read', 'UNREAD'],
  ])('the alarm down itself: %s → frozen, and the reason names it', (_, state) => {
    const ticks = alone(ok, () => state, { units: 20, seconds: 2000 });
    expect(commandsOf(ticks)).toEqual([]);
    expect(numbersOf(tickAt(ticks, 1995).decision, 'alarm-unknown')).toEqual({ name: 'cpu-low' });
  });
});

describe('beside a sample', () => {
  const both: PolicyInput = { alarms: [QUEUE_LONG, CPU_LOW] };
  const watched = (up: (seconds: number) => State, given: Partial<Drive> = {}) =>
    drive({
      units: 20,
      seconds: 2000,
      policy: policyWith(both),
      sample: running(() => 5),
      alarms: (seconds) => [...read('queue-long', up(seconds)), ...read('cpu-low', 'OK')],
      ...given,
    });

  test('all OK → the load alone decides', () => {
    expect(commandsOf(watched(ok))).toEqual([[900, 5]]);
  });

  test('an alarm up → a floor above the load', () => {
    expect(commandsOf(watched(between(60, 75))).slice(0, 1)).toEqual([[60, 24]]);
  });

  test.each<State>(['INSUFFICIENT_DATA', 'UNREAD', 'ALARM'])(
    'an alarm up is %s → an idle cluster does not shrink',
    (state) => {
      const commands = commandsOf(watched(() => state));
      expect(commands.filter(([, units]) => units < 20)).toEqual([]);
    },
  );

  test('an alarm up has reached its own limit long ago and is still in ALARM → an idle cluster does not shrink', () => {
    const policy = policyWith({ alarms: [{ ...QUEUE_LONG, limitUnits: 6 }, CPU_LOW] });
    expect(commandsOf(watched(() => 'ALARM', { policy }))).toEqual([]);
  });

  test('an alarm has no data → growth is not held up', () => {
    const ticks = watched(() => 'INSUFFICIENT_DATA', { sample: running(() => 50) });
    expect(commandsOf(ticks)).toEqual([[0, 50]]);
  });
});

describe('what is remembered of alarms', () => {
  const fired = { firedAt: at(-86_400), baseUnits: 80, steps: 3, steppedAt: at(-86_400) };

  test('an alarm that is in no policy any more is forgotten, or it would go on from its old steps when it comes back', () => {
    const known = memory({ alarms: { 'queue-long': fired } });
    expect(alarmSteps(observation(), policyWith(), known, 10, at(0)).alarms).toEqual({});
    const one = policyWith({ alarms: [CPU_LOW] });
    expect(alarmSteps(observation({ alarms: read('cpu-low', 'OK') }), one, known, 10, at(0)).alarms).toEqual({});
  });

  test('alarms that the policy does not name are not listened to', () => {
    const ticks = drive({ seconds: 60, sample: running(() => 10), alarms: () => [alarmIs('somebody-elses', 'ALARM')] });
    expect(commandsOf(ticks)).toEqual([]);
    expect(codesOf(tickAt(ticks, 60).decision)).toEqual(['demand-counts']);
  });

  test('loses its data in the middle of an alarm → its steps stand, and no more are added', () => {
    const ticks = alone((seconds) => (seconds < 60 ? 'OK' : seconds < 120 ? 'ALARM' : 'INSUFFICIENT_DATA'), ok);
    expect(commandsOf(ticks)).toEqual([[60, 14]]);
    expect(tickAt(ticks, 3000).decision.terms.alarmUnits).toBe(14);
  });
});

test('alarms alone and an extra hold for an hour → its units once, and a step on top of what is in force', () => {
  const ticks = alone(between(600, 615), ok, {
    seconds: 2400,
    holds: (seconds) =>
      seconds >= 60
        ? [{ key: 'etl', kind: 'extra', units: 5 as never, until: at(99_999), owner: 'ann', reason: 'load' }]
        : [],
  });
  expect(commandsOf(ticks)).toEqual([
    [60, 15],
    [600, 19],
  ]);
});
