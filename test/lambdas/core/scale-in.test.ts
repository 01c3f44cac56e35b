import { decide } from '../../../lambdas/core/decide.ts';
import type { Memory } from '../../../lambdas/core/memory.ts';
import type { ClusterFacts } from '../../../lambdas/core/model.ts';
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import { holdSeconds } from '../../../lambdas/core/scale-in.ts';
import {
  at,
  codesOf,
  commandedUnits,
  facts,
  fleet,
  loss,
  memory,
  numbersOf,
  observation,
  policyWith,
  sample,
} from './builders.ts';
import { commandsOf, drive, running, tickAt } from './drive.ts';

/** 40 units were wanted until a moment, 10 from then on. */
const falls = (seconds: number) => running((now) => (now <= seconds ? 40 : 10));
const shrinks = (ticks: ReturnType<typeof drive>) => commandsOf(ticks).filter(([, units]) => units < 40);

describe('the hold is the largest of the policy’s, the learned tail of the start lag and the minimum age', () => {
  const learned = (tail: number) => memory({ lag: { halfSeconds: [], tailSeconds: [tail] } });
  const drainedMode = { mode: 'drained', vouchedGraceSeconds: 60 } as const;
  test.each<[string, NonNullable<PolicyInput['scaleIn']>, Partial<ClusterFacts>, Memory, number]>([
    ['the policy’s 900 s over an age of 600 and a tail of 480', {}, {}, memory(), 900],
    ['the policy wants 60: the age of 600', { holdSeconds: 60 }, {}, memory(), 600],
    [
      'nothing of the age, a learned tail of 700',
      { holdSeconds: 60 },
      { minimumWorkerAgeSeconds: 0 },
      learned(700),
      700,
    ],
    ['nothing learned: the tail that is assumed', { holdSeconds: 60 }, { minimumWorkerAgeSeconds: 0 }, memory(), 480],
    ['a tail of 1,200 over the policy’s 900', {}, {}, learned(1200), 1200],
    [
      'drains can be called back: the tail does not matter',
      { ...drainedMode, holdSeconds: 60 },
      { minimumWorkerAgeSeconds: 0, reversibleDrain: true },
      learned(1200),
      60,
    ],
    ['… but the minimum age does', { ...drainedMode, holdSeconds: 60 }, { reversibleDrain: true }, learned(1200), 600],
    [
      '… and the tail, where removed workers do not drain',
      { mode: 'retried', holdSeconds: 60 },
      { reversibleDrain: true },
      learned(1200),
      1200,
    ],
  ])('%s', (_, scaleIn, given, known, seconds) => {
    expect(holdSeconds(policyWith({ scaleIn }), facts(given), known)).toBe(seconds);
  });
});

describe('not below the most that was wanted in the hold', () => {
  test('40 wanted until 300 s → still held at 1,200 s, given back a tick later', () => {
    const ticks = drive({ units: 40, seconds: 1500, sample: falls(300) });
    expect(commandsOf(ticks)).toEqual([[1215, 10]]);
    expect(numbersOf(tickAt(ticks, 1200).decision, 'shrink-held')).toEqual({ units: 40, holdSeconds: 900 });
    expect(numbersOf(tickAt(ticks, 1215).decision, 'shrink-wanted')).toEqual({
      units: 10,
      holdSeconds: 900,
      mode: 'retried',
    });
  });

  test('a peak of 25 on the way → down to 25 first', () => {
    const queries = (seconds: number) => (seconds <= 300 ? 40 : seconds === 900 ? 25 : 10);
    expect(commandsOf(drive({ units: 40, seconds: 2000, sample: running(queries) }))).toEqual([
      [1215, 25],
      [1815, 10],
    ]);
  });

  test('a peak every 14 minutes → never below the peak', () => {
    const queries = (seconds: number) => (seconds % 840 === 0 ? 40 : 5);
    expect(commandsOf(drive({ units: 40, seconds: 9000, sample: running(queries) }))).toEqual([]);
  });

  test('growth in the middle of the hold → at once, the hold is for shrinking', () => {
    const queries = (seconds: number) => (seconds === 300 ? 60 : 10);
    expect(commandsOf(drive({ units: 40, seconds: 400, sample: running(queries) }))).toEqual([[300, 60]]);
  });

  test('the wanted is at the minimum → not below it', () => {
    expect(commandsOf(drive({ units: 40, seconds: 1500, sample: running(() => 0) }))).toEqual([[900, 4]]);
  });

  test('the cluster was just taken over → nothing is known, a whole hold is watched first', () => {
    const ticks = drive({ units: 40, seconds: 900, sample: running(() => 10) });
    expect(numbersOf(tickAt(ticks, 885).decision, 'shrink-unproven')).toEqual({ knownSeconds: 885, holdSeconds: 900 });
    expect(commandsOf(ticks)).toEqual([[900, 10]]);
  });
});

describe('a watch that was broken needs a whole hold again', () => {
  const comingBack = (seconds: number) => {
    const ticks = drive({ units: 40, seconds: 1200, sample: falls(300) });
    const last = tickAt(ticks, 1200);
    const now = at(1200 + seconds);
    const seen = { ...sample({ takenAt: now, runningQueries: 0, readyCores: 640 }) };
    return decide(
      observation({ sample: seen, fleet: fleet({ readAt: now, spot: 40 }) }),
      last.policy,
      last.memory,
      now,
    );
  };

  test('the loop was away for an hour → one sample of an idle engine proves nothing', () => {
    const { decision } = comingBack(3600);
    expect(decision.command).toBeUndefined();
    expect(numbersOf(decision, 'shrink-unproven')).toEqual({ knownSeconds: 0, holdSeconds: 900 });
  });

  test('a few slots were lost: two minutes without a tick → the watch goes on', () => {
    expect(commandedUnits(comingBack(120))).toBe(10);
  });

  test('a second more → nobody knows what was wanted meanwhile', () => {
    expect(codesOf(comingBack(121).decision)).toContain('shrink-unproven');
  });

  test('paused for an hour → the same', () => {
    const ticks = drive({
      units: 40,
      seconds: 7000,
      policy: (seconds) => policyWith({ mode: seconds > 1500 && seconds <= 5100 ? 'paused' : 'act' }),
      sample: running((seconds) => (seconds <= 5100 ? 40 : 10)),
    });
    expect(commandsOf(ticks)).toEqual([[5115 + 900, 10]]);
  });

  test('the hold becomes longer → the longer one has to be lived through', () => {
    const ticks = drive({
      units: 40,
      seconds: 6000,
      policy: (seconds) => policyWith({ scaleIn: { holdSeconds: seconds <= 1200 ? 900 : 3600 } }),
      sample: falls(300),
    });
    expect(commandsOf(ticks)).toEqual([[300 + 3600 + 15, 10]]);
  });

  test('the owner lowers the maximum below what was wanted in the hold → down to the new maximum', () => {
    const ticks = drive({
      units: 40,
      seconds: 1500,
      policy: (seconds) => policyWith({ capacity: { maximumUnits: seconds < 1000 ? 100 : 30 } }),
      sample: running(() => 40),
    });
    expect(commandsOf(ticks)).toEqual([[1005, 30]]);
    expect(codesOf(tickAt(ticks, 1005).decision)).toContain('outside-limits');
  });
});

describe('the smallest step', () => {
  const from = (wanted: number, given: { share?: number; weight?: number; units?: number }) =>
    drive({
      units: given.units ?? 40,
      seconds: 900,
      policy: policyWith({ scaleIn: { smallestStepShare: given.share ?? 0.05 } }),
      before: ({ fleet: simulated }) => {
        simulated.largestWeight = given.weight ?? 1;
      },
      sample: running(() => wanted),
    });

  test.each([
    ['40 → 38 at 5 %: exactly the step', 38, {}, 38],
    ['40 → 39 at 5 %: too small, waits', 39, {}, undefined],
    ['40 → 39 at 0 %: one unit is enough', 39, { share: 0 }, 39],
    ['41 → 39 at 5 %: a twentieth is rounded up to 3', 39, { units: 41 }, undefined],
    ['weights up to 4: fewer than 4 units might remove nothing', 37, { weight: 4 }, undefined],
    ['weights up to 4, by 4', 36, { weight: 4 }, 36],
    ['to the minimum any step is worth it', 4, { units: 5, share: 0.5 }, 4],
    ['above the minimum half of 8 is asked for', 5, { units: 8, share: 0.5 }, undefined],
  ])('%s', (_, wanted, given, units) => {
    expect(commandsOf(from(wanted, given))).toEqual(units === undefined ? [] : [[900, units]]);
  });

  test('too small a step is told with its numbers', () => {
    expect(numbersOf(tickAt(from(39, {}), 900).decision, 'shrink-too-small')).toEqual({ units: 1, stepUnits: 2 });
  });
});

describe('losses', () => {
  const idle = (losses: ReturnType<typeof loss>[], seconds = 1200) =>
    shrinks(
      drive({
        units: 40,
        seconds,
        sample: running(() => 10),
        losses: (now) => losses.filter((one) => one.at <= at(now)),
      }),
    );
  test.each([
    ['2 of 40 units lost: 5 %, not more → shrinks', [loss(2, 800)], [[900, 10]]],
    ['3 of 40 lost at 800 s → nothing shrinks until 1,400 s', [loss(3, 800)], []],
    ['3 lost at 300 s: ten minutes ago → shrinks', [loss(3, 300)], [[900, 10]]],
    ['3 lost at 301 s → a tick later', [loss(3, 301)], [[915, 10]]],
    ['1 + 1 + 1 in ten minutes → they add up', [loss(1, 500), loss(1, 600), loss(1, 700)], [[1110, 10]]],
    ['1 at 290 s and 2 at 700 s → never 5 % in ten minutes', [loss(1, 290), loss(2, 700)], [[900, 10]]],
  ])('%s', (_, losses, commands) => {
    expect(idle(losses)).toEqual(commands);
  });

  test('losses go on while it is shrinking → the next step waits', () => {
    const queries = (seconds: number) => (seconds < 300 ? 20 : 10);
    const ticks = drive({
      units: 40,
      seconds: 3000,
      sample: running(queries),
      losses: (seconds) => (seconds >= 1000 && seconds < 2200 ? [loss(5, seconds - 10)] : []),
    });
    expect(commandsOf(ticks)).toEqual([
      [900, 20],
      [2205, 10],
    ]);
    expect(numbersOf(tickAt(ticks, 1500).decision, 'shrink-after-loss')).toEqual({ lostUnits: 5 });
  });

  test('losses do not hold up growth', () => {
    const ticks = drive({ units: 40, seconds: 15, sample: running(() => 60), losses: () => [loss(20, -5)] });
    expect(commandsOf(ticks)).toEqual([[0, 60]]);
  });
});

test('a shrink is decided only on a fleet that was just read', () => {
  const ticks = drive({ units: 40, seconds: 900, sample: running(() => 10) });
  const last = tickAt(ticks, 885);
  const seen = observation({ sample: sample({ takenAt: at(900), runningQueries: 10, readyCores: 640 }) });
  const { decision } = decide(seen, last.policy, last.memory, at(900));
  expect(decision.needsFleetRead).toBe(true);
  expect(commandedUnits({ decision })).toBeUndefined();
});
