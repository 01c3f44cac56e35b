import { decide } from '../../../lambdas/core/decide.ts';
import { wantsFleetRead } from '../../../lambdas/core/fleet-view.ts';
import type { CommandMemory } from '../../../lambdas/core/memory.ts';
import { at, codesOf, fleet, memory, numbersOf, observation, type Plain, policyWith, sample } from './builders.ts';
import { commandsOf, drive, type Moment, running, tickAt } from './drive.ts';

const step = (seconds: number) => (now: number) => (now < seconds ? 10 : 40);

describe('what is believed after our own call', () => {
  test('EMR shows the state from before for a minute → the command is trusted, nothing is sent twice', () => {
    const ticks = drive({ seconds: 600, lags: { staleSeconds: 60 }, sample: running(step(60)), readEveryTick: true });
    expect(commandsOf(ticks)).toEqual([[60, 40]]);
    expect(ticks.filter(({ decision }) => codesOf(decision).includes('foreign-target'))).toEqual([]);
  });

  test('reads waver between the old and the new targets for two minutes → still trusted', () => {
    let calls = 0;
    const ticks = drive({
      seconds: 600,
      sample: running(step(60)),
      readEveryTick: true,
      before: ({ fleet: simulated, seconds }) => {
        const read = simulated.read.bind(simulated);
        if (calls++ === 0) {
          simulated.read = (now) =>
            now > 60 && now < 180 && (now / 15) % 2 === 0 ? fleet({ readAt: at(now) }) : read(now);
        }
        expect(seconds).toBeGreaterThanOrEqual(0);
      },
    });
    expect(commandsOf(ticks)).toEqual([[60, 40]]);
  });

  test('a call that never came through: two minutes later the fleet still shows the old targets → sent again, nobody is blamed', () => {
    const ticks = drive({
      seconds: 900,
      sample: running(step(60)),
      obeys: (_, { seconds }) => seconds > 100,
    });
    expect(commandsOf(ticks)).toEqual([
      [60, 40],
      [180, 40],
    ]);
    expect(ticks.filter(({ decision }) => codesOf(decision).includes('foreign-target'))).toEqual([]);
  });

  test('it never comes through → tried every two minutes, for ever, without a pause and without a storm', () => {
    const ticks = drive({ seconds: 1000, sample: running(step(60)), obeys: () => false });
    expect(commandsOf(ticks).map(([seconds]) => seconds)).toEqual([60, 180, 300, 420, 540, 660, 780, 900]);
  });
});

describe('a target that we did not set', () => {
  const meddling =
    (...changes: readonly (readonly [seconds: number, onDemand: number, spot: number])[]) =>
    ({ seconds, fleet: simulated }: Omit<Moment, 'ready'>) => {
      const change = changes.find(([when]) => when === seconds);
      if (change !== undefined) simulated.set(change[1], change[2], seconds);
    };

  test('a human sets 25 while 10 are wanted → stands for half an hour, is told, then given back by the rule for shrinking', () => {
    const ticks = drive({
      seconds: 4000,
      sample: running(() => 10),
      readEveryTick: true,
      before: meddling([600, 0, 25]),
    });
    expect(commandsOf(ticks)).toEqual([[2430, 10]]);
    const told = ticks.filter(({ decision }) => codesOf(decision).includes('foreign-target'));
    expect([told[0]?.seconds, told.at(-1)?.seconds]).toEqual([615 + 15, 2415]);
    expect(numbersOf(tickAt(ticks, 1230).decision, 'foreign-target')).toEqual({ units: 25, leftSeconds: 1200 });
  });

  test('a human sets 5 while 10 are wanted → respected, then taken back', () => {
    const ticks = drive({
      seconds: 4000,
      sample: running(() => 10),
      readEveryTick: true,
      before: meddling([600, 0, 5]),
    });
    expect(commandsOf(ticks)).toEqual([[2430, 10]]);
  });

  test('a human sets 2, under the minimum of 4 → up to the minimum at once, no further for half an hour', () => {
    const ticks = drive({
      seconds: 4000,
      sample: running(() => 10),
      readEveryTick: true,
      before: meddling([600, 0, 2]),
    });
    expect(commandsOf(ticks).slice(0, 1)).toEqual([[630, 4]]);
    expect(commandsOf(ticks).at(-1)?.[1]).toBe(10);
  });

  test('150, above the maximum of 100, with a good signal → down to the maximum by the rule for shrinking, no further', () => {
    const policy = policyWith({ resize: { respectForeignSeconds: 3600 } });
    const ticks = drive({
      policy,
      seconds: 3000,
      sample: running(() => 10),
      readEveryTick: true,
      before: meddling([600, 0, 150]),
    });
    expect(commandsOf(ticks)).toEqual([[900, 100]]);
    expect(numbersOf(tickAt(ticks, 885).decision, 'outside-limits')).toEqual({
      units: 150,
      minimumUnits: 4,
      maximumUnits: 100,
    });
  });

  test('150, above the maximum, and the sample is missing → nothing shrinks, whoever set it', () => {
    const ticks = drive({
      seconds: 6000,
      sample: (moment) => (moment.seconds < 600 ? running(() => 10)(moment) : undefined),
      readEveryTick: true,
      before: meddling([600, 0, 150]),
    });
    expect(commandsOf(ticks)).toEqual([]);
    expect(codesOf(tickAt(ticks, 6000).decision)).toContain('outside-limits');
  });

  test('150, above the maximum, and an old query runs in mode drained → it is not killed for the limit', () => {
    const ticks = drive({
      seconds: 3000,
      policy: policyWith({ scaleIn: { mode: 'drained', vouchedGraceSeconds: 60 } }),
      sample: (moment) => ({ ...running(() => 10)(moment), oldestRunningSeconds: 5000 }),
      readEveryTick: true,
      before: meddling([600, 0, 150]),
    });
    expect(commandsOf(ticks)).toEqual([]);
  });

  test('150, and the fleet gave up → we do not ask for what is outside the limits', () => {
    const ticks = drive({
      seconds: 4000,
      sample: () => undefined,
      before: (moment) => {
        moment.fleet.spotLimit = 50;
        meddling([600, 0, 150])(moment);
      },
    });
    expect(commandsOf(ticks)).toEqual([]);
  });

  test('another scaler changes the target every ten minutes → never fought', () => {
    const changes = Array.from({ length: 12 }, (_, index) => [600 * (index + 1), 0, 20 + (index % 3)] as const);
    const ticks = drive({
      seconds: 7200,
      sample: running(() => 50),
      readEveryTick: true,
      before: meddling([300, 0, 20], ...changes),
    });
    expect(commandsOf(ticks).filter(([seconds]) => seconds > 420)).toEqual([]);
  });

  test('respect for nobody (0 s) → taken back as soon as it is seen', () => {
    const policy = policyWith({ resize: { respectForeignSeconds: 0 } });
    const ticks = drive({
      policy,
      seconds: 1200,
      sample: running(() => 50),
      readEveryTick: true,
      before: meddling([600, 0, 20]),
    });
    expect(commandsOf(ticks)).toEqual([
      [0, 50],
      [630, 50],
    ]);
  });

  test('set back to what it was before our call, after it was seen → that is somebody', () => {
    const ticks = drive({
      seconds: 900,
      sample: running(step(60)),
      readEveryTick: true,
      before: meddling([405, 0, 10]),
    });
    expect(codesOf(tickAt(ticks, 435 + 30).decision)).toContain('foreign-target');
  });
});

describe('when the fleet is read', () => {
  const command = (given: Partial<Plain<CommandMemory>> = {}) =>
    ({
      targets: { onDemandUnits: 0, spotUnits: 10 },
      at: at(-9999),
      seen: true,
      askedAgain: 0,
      ...given,
    }) as CommandMemory;
  const known = (age: number, given: Partial<Plain<CommandMemory>> = {}) =>
    memory({ fleet: fleet({ readAt: at(-age) }), command: command(given) });
  const engine = (readyCores: number, drainingCores = 0) => sample({ readyCores, drainingCores });

  test.each([
    ['never read → read', memory(), engine(160), undefined, true],
    ['steady, read nine minutes ago → no read', known(599), engine(160), undefined, false],
    ['steady, read ten minutes ago → now and then', known(600), engine(160), undefined, true],
    ['the engine has two workers too few, read 59 s ago → not yet', known(59), engine(128), undefined, false],
    ['the engine has two workers too few, read a minute ago → read', known(60), engine(128), undefined, true],
    ['less than a worker too few → that is no disagreement', known(300), engine(145), undefined, false],
    ['what drains still belongs to the fleet', known(300), engine(96, 64), undefined, false],
    ['one worker too many → read', known(60), engine(176), undefined, true],
    ['the engine says nothing → no disagreement', known(300), undefined, undefined, false],
    ['our call was not seen yet, read 29 s ago → not yet', known(29, { seen: false }), engine(160), undefined, false],
    ['our call was not seen yet, read 30 s ago → read', known(30, { seen: false }), engine(160), undefined, true],
    ['a resize runs → every 30 s', known(30, { inFlightSince: at(-60) }), engine(160), undefined, true],
    ['units are missing → every 30 s', known(30, { missingSince: at(-60) }), engine(160), undefined, true],
    ['a loss four minutes ago → every 30 s', known(30), engine(160), at(-240), true],
    ['a loss five minutes ago → that is over', known(30), engine(160), at(-300), false],
  ])('%s', (_, before, seen, lastLossAt, reads) => {
    expect(wantsFleetRead(before, policyWith(), seen, lastLossAt, at(0))).toBe(reads);
  });

  test('cores that are always on are no disagreement', () => {
    const policy = policyWith({ capacity: { alwaysOnCores: 64 } });
    expect(wantsFleetRead(known(300), policy, engine(224), undefined, at(0))).toBe(false);
    expect(wantsFleetRead(known(300), policy, engine(160), undefined, at(0))).toBe(true);
  });

  test('an hour of nothing → one read every ten minutes, and not one decision asks for more', () => {
    const ticks = drive({ seconds: 3600, sample: running(() => 10) });
    const reads = ticks.filter(({ observation: seen }) => seen.fleet !== undefined).map(({ seconds }) => seconds);
    expect(reads).toEqual([0, 600, 1200, 1800, 2400, 3000, 3600]);
    expect(ticks.filter(({ decision }) => decision.needsFleetRead)).toEqual([]);
  });

  test('something is to be sent and the last read is 31 s old → the fleet is read first', () => {
    const before = known(31);
    const seen = observation({ sample: sample({ runningQueries: 50 }) });
    const { decision } = decide(seen, policyWith(), before, at(0));
    expect(decision.needsFleetRead).toBe(true);
    expect(decision.command).toBeUndefined();
    expect(codesOf(decision)).toContain('fleet-unread');
  });

  test('… 30 s old → good enough to act on', () => {
    const seen = observation({ sample: sample({ runningQueries: 50 }) });
    expect(decide(seen, policyWith(), known(30), at(0)).decision.command).toBeDefined();
  });

  test('nothing is to be sent → an old read is no reason to read', () => {
    const seen = observation({ sample: sample({ runningQueries: 10 }) });
    expect(decide(seen, policyWith(), known(500), at(0)).decision.needsFleetRead).toBe(false);
  });

  test('the very first tick, no read → nothing is sent, the fleet is asked for', () => {
    const { decision } = decide(observation({ sample: sample({ runningQueries: 50 }) }), policyWith(), memory(), at(0));
    expect(decision).toMatchObject({ verdict: 'steady', needsFleetRead: true });
    expect(decision.targets).toBeUndefined();
    expect(decision.before).toBeUndefined();
  });
});

test('an old answer looks like somebody’s doing, then our own targets show again → demand is followed at once', () => {
  const ticks = drive({
    seconds: 1200,
    readEveryTick: true,
    sample: running(() => 10),
    before: ({ fleet: simulated, seconds }) => {
      if (seconds === 600) simulated.set(0, 30, seconds);
      if (seconds === 900) simulated.set(0, 10, seconds);
    },
  });
  expect(codesOf(tickAt(ticks, 840).decision)).toContain('foreign-target');
  expect(codesOf(tickAt(ticks, 990).decision)).not.toContain('foreign-target');
});
