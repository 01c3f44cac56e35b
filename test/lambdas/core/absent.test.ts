import { codesOf, numbersOf, policyWith, without } from './builders.ts';
import { commandsOf, type Drive, drive, running, tickAt } from './drive.ts';

/** From `since` on, so many provisioned units are not seen by the engine. */
const zombies = (units: number, given: Partial<Drive> = {}, since = 60) =>
  drive({
    units: 20,
    seconds: 3000,
    sample: (moment) => {
      const present = Math.max(0, moment.fleet.ready - (moment.seconds >= since ? units : 0));
      return { ...running(() => 20)(moment), readyWorkers: present as never, readyCores: (16 * present) as never };
    },
    ...given,
  });

const told = (ticks: ReturnType<typeof drive>) =>
  ticks.filter(({ decision }) => codesOf(decision).includes('zombies')).map(({ seconds }) => seconds);

test('3 of 20 units are not seen for 15 minutes → counted as absent: 23 are asked for, once', () => {
  const ticks = zombies(3);
  expect(commandsOf(ticks)).toEqual([[960, 23]]);
  expect(numbersOf(tickAt(ticks, 960).decision, 'zombies')).toEqual({ units: 3, sinceSeconds: 900 });
});

test('they are not seen for 14 minutes, then they are → nothing', () => {
  const ticks = drive({
    units: 20,
    seconds: 3000,
    sample: (moment) => {
      const present = moment.fleet.ready - (moment.seconds >= 60 && moment.seconds < 900 ? 3 : 0);
      return { ...running(() => 20)(moment), readyCores: (16 * present) as never };
    },
  });
  expect(commandsOf(ticks)).toEqual([]);
  expect(told(ticks)).toEqual([]);
});

test('the number wavers between 3 and 5 → the fewest of the 15 minutes count', () => {
  const ticks = drive({
    units: 20,
    seconds: 1500,
    sample: (moment) => {
      const absent = moment.seconds < 60 ? 0 : (moment.seconds / 15) % 2 === 0 ? 3 : 5;
      return { ...running(() => 20)(moment), readyCores: (16 * (moment.fleet.ready - absent)) as never };
    },
  });
  expect(new Set(commandsOf(ticks).map(([, units]) => units))).toEqual(new Set([23]));
});

test('17 zombies of 20 under a maximum of 30 → inside the limits', () => {
  const ticks = zombies(17, { policy: policyWith({ capacity: { maximumUnits: 30 } }) });
  expect(commandsOf(ticks)).toEqual([[960, 30]]);
});

test('less than a unit is missing → not a worker', () => {
  expect(told(zombies(0.9))).toEqual([]);
});

test('a worker that drains is seen', () => {
  const ticks = zombies(3, {
    sample: (moment) => ({
      ...running(() => 20)(moment),
      readyCores: (16 * (moment.fleet.ready - 3)) as never,
      drainingCores: (16 * 3) as never,
    }),
  });
  expect(told(ticks)).toEqual([]);
});

test('workers that were removed run their tasks to the end for an hour, and the engine does not list them → no zombies', () => {
  const ticks = drive({
    units: 40,
    seconds: 6000,
    lags: { shrinkSeconds: 3600 },
    sample: (moment) => without(running(() => 10)(moment), 'drainingCores', 'drainingWorkers'),
  });
  expect(commandsOf(ticks)).toEqual([[900, 10]]);
  expect(told(ticks)).toEqual([]);
});

test('the load climbs for an hour, resizes end at the launch, workers take 7 minutes to start → always some on their way, none a zombie', () => {
  const ticks = drive({
    units: 10,
    seconds: 4000,
    policy: policyWith({ capacity: { maximumUnits: 1000 } }),
    lags: { growSeconds: 420, launchSeconds: 30, staleSeconds: 0 },
    before: ({ fleet: simulated }) => {
      simulated.status = simulated.provisioned === simulated.target ? 'running' : 'resizing';
    },
    sample: running((seconds) => Math.round(10 + seconds / 20)),
  });
  expect(commandsOf(ticks).length).toBeGreaterThan(50);
  expect(told(ticks)).toEqual([]);
});

test('zombies and an idle cluster → the target falls, and what is counted as absent stays on top', () => {
  const ticks = zombies(3, {
    seconds: 4000,
    sample: (moment) => ({
      ...running((seconds) => (seconds < 1500 ? 20 : 10))(moment),
      readyCores: (16 * Math.max(0, moment.fleet.ready - 3)) as never,
    }),
  });
  expect(commandsOf(ticks).map(([, units]) => units)).toEqual([23, 13]);
});

test('the sample is missing → nobody knows who is absent: no zombies, and the target stands', () => {
  const ticks = zombies(3, {
    seconds: 3000,
    sample: (moment) =>
      moment.seconds < 1800
        ? {
            ...running(() => 20)(moment),
            readyCores: (16 * (moment.fleet.ready - 3)) as never,
          }
        : undefined,
  });
  expect(commandsOf(ticks).map(([, units]) => units)).toEqual([23]);
  expect(told(ticks).at(-1)).toBe(1785);
});

test('paused for an hour while three were starting → the hour is no proof', () => {
  const ticks = zombies(3, {
    seconds: 5400,
    policy: (seconds) => policyWith({ mode: seconds >= 120 && seconds < 3720 ? 'paused' : 'act' }),
  });
  expect(told(ticks)[0]).toBe(3720 + 900);
});

test('the CORE workers are away, fewer cores than are always on → not more zombies than there are units', () => {
  const ticks = zombies(20, {
    policy: policyWith({ capacity: { alwaysOnCores: 64, maximumUnits: 1000 } }),
    sample: (moment) => ({ ...running(() => 20)(moment), readyWorkers: 1 as never, readyCores: 0 as never }),
  });
  expect(commandsOf(ticks).map(([, units]) => units)[0]).toBe(16 + 20);
});
