/** What ticks tell CloudWatch, made of real decisions: what is not known is absent, and no alarm rests on it. */
import { measuresOf } from '../../../lambdas/app/measures.ts';
import type { Reconciled } from '../../../lambdas/app/reconcile.ts';
import { decide } from '../../../lambdas/core/decide.ts';
import type { Memory } from '../../../lambdas/core/memory.ts';
import type { Observation } from '../../../lambdas/core/model.ts';
import type { PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import {
  alarmIs,
  at,
  facts,
  fleet,
  memory,
  observation,
  policyWith,
  sample,
  targets,
  without,
} from '../core/builders.ts';

const ticked = (
  given: Partial<Observation>,
  policy: PolicyInput = {},
  before: Memory = memory(),
  seconds = 0,
): Reconciled => {
  const tick = { now: at(seconds), observation: observation(given), policy: policyWith(policy), memory: before };
  const decided = decide(tick.observation, tick.policy, tick.memory, tick.now);
  return { kind: 'decided', decided, tick: { ...tick, decision: decided.decision } };
};

const measured = (...given: Parameters<typeof ticked>) => measuresOf('reports', ticked(...given));

const SOUND = { staleSignal: 0, atMaximum: 0, spotDeficit: 0, budgetReached: 0, flapping: 0 };

test('a fresh sample and a fleet that was read → every number is known', () => {
  expect(measured({ sample: sample({ queuedQueries: 2, waitingForWorkersQueries: 1 }), fleet: fleet() })).toEqual({
    cluster: { name: 'reports', measures: { target: 10, ready: 10, waiting: 3 } },
    environment: { ticks: 1, ...SOUND },
  });
});

test('cores that are always there → ready units are those of the task fleet', () => {
  const policy = { capacity: { alwaysOnCores: 64 } };
  expect(measured({ sample: sample({ readyCores: 160 }), fleet: fleet() }, policy).cluster?.measures.ready).toBe(6);
  expect(measured({ sample: sample({ readyCores: 48 }), fleet: fleet() }, policy).cluster?.measures.ready).toBe(0);
});

test.each([
  ['neither queue is told', [undefined, undefined], undefined],
  ['one queue is told', [undefined, 4], 4],
  ['the other one is told', [3, undefined], 3],
])('%s', (_, [queued, waiting], expected) => {
  const counts = {
    ...(queued === undefined ? {} : { queuedQueries: queued }),
    ...(waiting === undefined ? {} : { waitingForWorkersQueries: waiting }),
  };
  const told = { ...without(sample(), 'queuedQueries', 'waitingForWorkersQueries'), ...counts };
  const { cluster, environment } = measured({ sample: told, fleet: fleet() });
  expect(cluster?.measures.waiting).toBe(expected);
  expect('atMaximum' in environment).toBe(expected !== undefined);
});

describe('a signal that is not believed', () => {
  test.each([
    ['no sample', {}],
    ['an old sample', { sample: sample({ takenAt: at(-600), queuedQueries: 7 }) }],
    ['a sample from the future', { sample: sample({ takenAt: at(600), queuedQueries: 7 }) }],
  ])('%s → stale, and neither ready units nor waiting queries are told', (_, given) => {
    const { cluster, environment } = measured({ ...given, fleet: fleet() });
    expect(cluster?.measures).toEqual({ target: 10 });
    expect(environment).toEqual({ ticks: 1, ...without(SOUND, 'atMaximum'), staleSignal: 1 });
  });

  const ALARMS: PolicyInput = {
    signal: { source: 'alarms' },
    alarms: [{ name: 'queue', direction: 'up', stepUnits: 4 }],
  };

  test.each([
    ['that is OK', [alarmIs('queue', 'OK')], 0],
    ['without data', [alarmIs('queue', 'INSUFFICIENT_DATA')], 1],
    ['that nobody has read', [], 1],
  ])('alarms alone, and one %s → stale %#', (_, alarms, staleSignal) => {
    const { cluster, environment } = measured({ alarms, fleet: fleet() }, ALARMS);
    expect(environment).toMatchObject({ staleSignal });
    expect(cluster?.measures).toEqual({ target: 10 });
  });
});

test('the fleet was never read → no target and no deficit is told', () => {
  const { cluster, environment } = measured({ sample: sample() });
  expect(cluster?.measures).toEqual({ ready: 10, waiting: 0 });
  expect('spotDeficit' in environment).toBe(false);
});

test('paused → nothing was decided, so nothing but the tick is told', () => {
  const { cluster, environment } = measured({ sample: sample(), fleet: fleet() }, { mode: 'paused' });
  expect(environment).toEqual({ ticks: 1 });
  expect(cluster?.measures).toEqual({ target: 10 });
});

describe('at the maximum', () => {
  const policy = { capacity: { maximumUnits: 12 } };

  test.each([
    ['more is wanted and queries wait', { runningQueries: 40, queuedQueries: 20 }, 1],
    ['more is wanted and no query waits', { runningQueries: 60, queuedQueries: 0 }, 0],
    ['the maximum is enough', { runningQueries: 8, queuedQueries: 2 }, 0],
  ])('%s → %i', (_, counts, atMaximum) => {
    expect(measured({ sample: sample(counts), fleet: fleet() }, policy).environment).toMatchObject({ atMaximum });
  });
});

test('spot has been short of its target for longer than patience → the missing units', () => {
  const short = fleet({ spot: 40, provisionedSpot: 28 });
  const before = memory({ spot: { targets: [[at(-3600), 40]], standInUnits: 0, probeWaitSeconds: 300 } });
  const { environment } = measured({ sample: sample({ runningQueries: 40 }), fleet: short }, {}, before);
  expect(environment).toMatchObject({ spotDeficit: 12 });
});

describe('a budget', () => {
  const price = facts({ usdPerUnitHour: { onDemand: 1, spot: 1 } });
  const busy = sample({ runningQueries: 60 });

  test.each([
    ['pays for less than is wanted', { usdPerHour: 20 }, price, 1],
    ['pays for more than is wanted', { usdPerHour: 500 }, price, 0],
    ['cannot be kept, because no price is known', { usdPerHour: 500 }, facts(), 1],
  ])('%s → %#', (_, budget, known, budgetReached) => {
    const { environment } = measured({ sample: busy, fleet: fleet(), facts: known }, { budget });
    expect(environment).toMatchObject({ budgetReached });
  });
});

describe('flapping', () => {
  const busy = { sample: sample({ runningQueries: 60 }), fleet: fleet() };
  const command = (from: number, to: number, secondsAgo: number, grewSecondsAgo?: number) =>
    memory({
      command: {
        targets: targets(0, to),
        previous: targets(0, from),
        at: at(-secondsAgo),
        seen: true,
        askedAgain: 0,
        ...(grewSecondsAgo === undefined ? {} : { grewAt: at(-grewSecondsAgo) }),
      },
    });

  test.each([
    ['grew 29 minutes ago, shrank since', command(30, 10, 300, 29 * 60), 1],
    ['grew 31 minutes ago, shrank since', command(30, 10, 300, 31 * 60), 0],
    ['shrank, and never grew before', command(30, 10, 300), 0],
    ['grew a minute ago', command(4, 10, 60, 60), 0],
    ['never did anything', memory(), 0],
  ])('it %s, and grows now → %#', (_, before, flapping) => {
    const result = ticked(busy, {}, before);
    expect(result.kind === 'decided' && result.decided.decision.command).toBeDefined();
    expect(measuresOf('reports', result).environment).toMatchObject({ flapping });
  });

  test('it grew, shrank, and stays → no', () => {
    const calm = { sample: sample({ runningQueries: 10 }), fleet: fleet() };
    expect(measured(calm, {}, command(30, 10, 300, 1200)).environment).toMatchObject({ flapping: 0 });
  });

  test('in shadow nothing is bought → no', () => {
    const { environment } = measured(busy, { mode: 'shadow' }, command(30, 10, 300, 1200));
    expect(environment).toMatchObject({ flapping: 0 });
  });
});

test.each([
  [{ kind: 'claimed' }],
  [{ kind: 'overtaken' }],
  [{ kind: 'throttled', operations: [] }],
  [{ kind: 'unlocated', problem: 'absent' }],
] as const)('a tick that decided nothing, %j → counted, and nothing else is told', (result) => {
  expect(measuresOf('reports', result as Reconciled)).toEqual({ environment: { ticks: 1 } });
});

test('nothing that is told is undefined: a number that is there is a number', () => {
  const { cluster, environment } = measured({ fleet: fleet({ readAt: epochSeconds(0) }) });
  const values = [...Object.values(cluster?.measures ?? {}), ...Object.values(environment)];
  expect(values.every((value) => typeof value === 'number')).toBe(true);
});
