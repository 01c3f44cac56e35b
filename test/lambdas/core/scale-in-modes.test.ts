import type { ClusterFacts } from '../../../lambdas/core/model.ts';
import type { Policy, PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import { graceOf, scaleInMode } from '../../../lambdas/core/safety-mode.ts';
import { codesOf, facts, numbersOf, policyOf, without } from './builders.ts';
import { commandsOf, type Drive, drive, running, tickAt } from './drive.ts';

const modePolicy = (scaleIn: NonNullable<PolicyInput['scaleIn']>): Policy =>
  policyOf({ demand: { queriesPerUnit: 1 }, scaleIn: { smallestStepShare: 0, sparingStepShare: 0.01, ...scaleIn } });

describe('which mode', () => {
  test.each<[string, NonNullable<PolicyInput['scaleIn']>, Partial<ClusterFacts>, string]>([
    ['auto, nothing found out → sparing, the safest', {}, {}, 'sparing'],
    ['auto, the engine retries tasks → retried', {}, { retriesTasks: true }, 'retried'],
    ['auto, a grace was found → drained', {}, { drainGraceSeconds: 600 }, 'drained'],
    ['auto, a grace of zero kills at once → sparing', {}, { drainGraceSeconds: 0 }, 'sparing'],
    ['auto, the owner vouches for a grace → drained', { vouchedGraceSeconds: 60 }, {}, 'drained'],
    ['auto, both → drained: it costs not even a task', {}, { retriesTasks: true, drainGraceSeconds: 600 }, 'drained'],
    ['the owner says sparing → sparing, whatever was found', { mode: 'sparing' }, { retriesTasks: true }, 'sparing'],
    ['the owner says retried → retried', { mode: 'retried' }, {}, 'retried'],
  ])('%s', (_, scaleIn, given, mode) => {
    expect(scaleInMode(modePolicy(scaleIn), facts(given))).toBe(mode);
  });

  test('what the owner vouches for counts over what was found', () => {
    expect(graceOf(modePolicy({ vouchedGraceSeconds: 60 }), facts({ drainGraceSeconds: 600 }))).toBe(60);
  });
});

/** 40 units, and since ever no more than `queries` running ones wanted. */
const idling = (
  scaleIn: NonNullable<PolicyInput['scaleIn']>,
  given: Partial<ClusterFacts>,
  queries: number,
  oldestRunningSeconds: number | undefined,
  more: Partial<Drive> = {},
) =>
  drive({
    units: 40,
    seconds: 1200,
    policy: modePolicy(scaleIn),
    facts: facts(given),
    sample: (moment) => {
      const seen = running(() => queries)(moment);
      return oldestRunningSeconds === undefined
        ? without(seen, 'oldestRunningSeconds')
        : { ...seen, oldestRunningSeconds };
    },
    ...more,
  });

describe('drained: a removed worker finishes its tasks within the grace', () => {
  const grace = { drainGraceSeconds: 600 };
  test.each([
    ['the oldest query is 300 s old, half of the grace → shrinks', 10, 300, 10],
    ['301 s → waits', 10, 301, undefined],
    ['nothing runs, whatever the oldest was → shrinks', 0, 9999, 4],
  ])('grace of 600 s: %s', (_, queries, oldest, units) => {
    const ticks = idling({ mode: 'drained' }, grace, queries, oldest);
    expect(commandsOf(ticks)).toEqual(units === undefined ? [] : [[900, units]]);
  });

  test('waiting for an old query is told with its numbers', () => {
    const ticks = idling({ mode: 'drained' }, grace, 10, 301);
    expect(numbersOf(tickAt(ticks, 900).decision, 'shrink-old-query')).toEqual({
      ageSeconds: 301,
      graceSeconds: 600,
      limitSeconds: 300,
    });
  });

  test('the old query ends → shrinks at once, the hold has long been over', () => {
    const ticks = drive({
      units: 40,
      seconds: 1500,
      policy: modePolicy({ mode: 'drained' }),
      facts: facts(grace),
      sample: (moment) => ({ ...running(() => 10)(moment), oldestRunningSeconds: moment.seconds < 1300 ? 5000 : 10 }),
    });
    expect(commandsOf(ticks)).toEqual([[1305, 10]]);
  });

  test('the share of the grace is the owner’s', () => {
    const ticks = idling({ mode: 'drained', oldestQueryShareOfGrace: 1 }, grace, 10, 600);
    expect(commandsOf(ticks)).toEqual([[900, 10]]);
  });

  test.each([
    ['no grace is known', {}],
    ['the grace is zero', { drainGraceSeconds: 0 }],
  ])('%s → nothing shrinks, not even an idle cluster, and the reason says what to do', (_, given) => {
    const ticks = idling({ mode: 'drained' }, given, 0, 0);
    expect(commandsOf(ticks)).toEqual([]);
    expect(codesOf(tickAt(ticks, 900).decision)).toContain('shrink-no-grace');
  });

  test('queries run and nobody knows how old → unknown is not young', () => {
    const ticks = idling({ mode: 'drained' }, grace, 10, undefined);
    expect(commandsOf(ticks)).toEqual([]);
    expect(numbersOf(tickAt(ticks, 900).decision, 'signal-partial')).toEqual({ what: 'oldestRunningSeconds' });
  });

  test('mode auto on Trino: a grace is never assumed', () => {
    expect(commandsOf(idling({}, {}, 10, 5))).toEqual([]);
  });
});

test('retried: a lost worker costs a task → shrinks under any query', () => {
  expect(commandsOf(idling({ mode: 'auto' }, { retriesTasks: true }, 10, 99_999))).toEqual([[900, 10]]);
});

describe('sparing', () => {
  test('nothing may be lost (the default), one query runs → nothing shrinks', () => {
    const ticks = idling({ mode: 'sparing' }, {}, 1, 5);
    expect(commandsOf(ticks)).toEqual([]);
    expect(numbersOf(tickAt(ticks, 900).decision, 'shrink-not-idle')).toEqual({ runningQueries: 1, budgetQueries: 0 });
  });

  test('nothing may be lost, none runs, one is queued → nothing shrinks', () => {
    const ticks = idling({ mode: 'sparing' }, {}, 0, 0, { sample: ({ ready }) => ({ ...ready, queuedQueries: 1 }) });
    expect(commandsOf(ticks)).toEqual([]);
  });

  test('one client sends one query after another, in every third tick nothing runs → that is not idle', () => {
    let ticks = 0;
    const run = idling({ mode: 'sparing' }, {}, 0, 0, {
      sample: ({ ready }) => {
        ticks += 1;
        const runs = ticks % 3 !== 0;
        return { ...ready, runningQueries: runs ? 1 : 0, queuedQueries: 0, oldestRunningSeconds: runs ? 5 : 0 };
      },
    });
    expect(commandsOf(run)).toEqual([]);
    expect(run.flatMap(({ decision }) => decision.reasons.map(({ code }) => code))).toContain('shrink-just-idle');
  });

  test('no tick sees a query, but queries have ended since the last one → that is not idle', () => {
    let finished = 0;
    const run = idling({ mode: 'sparing' }, {}, 0, 0, {
      sample: ({ ready }) => {
        finished += 1;
        const short = { name: 'a|b|c', live: 0, held: 0, cpuSecondsUsed: 0, finishedQueries: finished };
        return { ...ready, runningQueries: 0, queuedQueries: 0, classes: [{ ...short, finishedCpuSeconds: finished }] };
      },
    });
    expect(commandsOf(run)).toEqual([]);
  });

  test('nothing runs → shrinks', () => {
    expect(commandsOf(idling({ mode: 'sparing' }, {}, 0, 0))).toEqual([[900, 4]]);
  });

  test.each([
    ['3 young queries of 5 that may be lost → shrinks', 3, 120, 4],
    ['6 young queries of 5 → waits', 6, 120, undefined],
    ['3 queries, the oldest 121 s old → waits: much work would be lost', 3, 121, undefined],
    ['3 queries of unknown age → waits', 3, undefined, undefined],
  ])('5 a day may be lost: %s', (_, queries, oldest, units) => {
    const ticks = idling({ mode: 'sparing', lostQueriesPerDay: 5 }, {}, queries, oldest);
    expect(commandsOf(ticks)).toEqual(units === undefined ? [] : [[900, units]]);
  });

  test('a step of less than 20 % of the target is not worth any risk', () => {
    const ticks = idling({ mode: 'sparing', sparingStepShare: 0.2 }, {}, 0, 0, {
      sample: running(() => 0),
      policy: policyOf({
        demand: { queriesPerUnit: 1 },
        scaleIn: { mode: 'sparing' },
        schedules: [{ name: 'a', cron: '0 12 * * *', durationMinutes: 600, units: 33 }],
      }),
    });
    expect(commandsOf(ticks)).toEqual([]);
    expect(numbersOf(tickAt(ticks, 900).decision, 'shrink-too-small')).toEqual({ units: 7, stepUnits: 8 });
  });

  /** Three young queries always run; the load falls by ten units every hour. */
  const steps = (scaleIn: NonNullable<PolicyInput['scaleIn']>, seconds: number) =>
    drive({
      units: 60,
      seconds,
      tickSeconds: 60,
      policy: modePolicy({ mode: 'sparing', ...scaleIn }),
      sample: ({ seconds: now, ready }) => ({
        ...ready,
        runningQueries: 3,
        oldestRunningSeconds: 10,
        waitingForWorkersQueries: 1,
        requiredWorkers: Math.max(10, 50 - 10 * Math.floor(now / 3600)) as never,
      }),
    });

  test('7 a day: two shrinks put six at risk, the third waits for midnight UTC', () => {
    const ticks = steps({ lostQueriesPerDay: 7 }, 13 * 3600);
    const times = commandsOf(ticks).map(([when]) => when);
    expect(times.filter((when) => when < 12 * 3600)).toHaveLength(2);
    expect(times[2]).toBe(12 * 3600);
    expect(numbersOf(tickAt(ticks, 11 * 3600).decision, 'shrink-not-idle')).toEqual({
      runningQueries: 3,
      budgetQueries: 1,
    });
  });

  test('in another mode nothing is put at risk, and nothing is booked', () => {
    const ticks = steps({ mode: 'retried', lostQueriesPerDay: 7 }, 6 * 3600);
    expect(commandsOf(ticks).length).toBeGreaterThan(3);
    expect(ticks.at(-1)?.memory.atRisk).toBeUndefined();
  });
});
