import { decide } from '../../../lambdas/core/decide.ts';
import type { WorkloadSample } from '../../../lambdas/core/model.ts';
import { type Reason, sentenceOf } from '../../../lambdas/core/reasons.ts';
import { judgeSignal } from '../../../lambdas/core/signal.ts';
import {
  alarmIs,
  at,
  codesOf,
  commandedUnits,
  fleet,
  hold,
  memory,
  numbersOf,
  observation,
  policyWith,
  queryClass,
  sample,
  without,
  workSample,
} from './builders.ts';
import { commandsOf, drive, type Moment, tickAt } from './drive.ts';

const judge = (seen: WorkloadSample | undefined, before = memory(), policy = policyWith()) =>
  judgeSignal(observation(seen === undefined ? {} : { sample: seen }), policy, before, at(0));

test('no sample → nothing may shrink, and the reason says so', () => {
  expect(judge(undefined)).toEqual({
    mayShrink: false,
    reasons: [{ code: 'signal-missing', numbers: { source: 'the engine' } }],
  });
});

test.each([
  ['is missing', undefined, 'signal-missing', 'No sample from CloudWatch: nothing shrinks'],
  ['is stale', sample({ takenAt: at(-120) }), 'signal-stale', 'The sample from CloudWatch is 120 s old'],
  ['is impossible', sample({ runningQueries: -1 }), 'signal-contradictory', 'The sample from CloudWatch contradicts'],
] as const)('a sample of a source with a name %s → the reason names it', (_, seen, code, sentence) => {
  const observed = observation({ ...(seen === undefined ? {} : { sample: seen }), sampleSource: 'CloudWatch' });
  const { mayShrink, reasons } = judgeSignal(observed, policyWith(), memory(), at(0));
  expect([mayShrink, reasons.map((one) => one.code)]).toEqual([false, [code]]);
  expect(sentenceOf(reasons[0] as Reason)).toContain(sentence);
});

test.each([
  ['89.9 s old → believed', 89.9, true],
  ['exactly at the limit of 90 s → believed', 90, true],
  ['a millisecond over the limit → refused as stale', 90.001, false],
  ['an hour old → refused as stale', 3600, false],
])('sample %s', (_, ageSeconds, believed) => {
  const view = judge(sample({ takenAt: at(-ageSeconds) }));
  expect(view.mayShrink).toBe(believed);
  expect(view.sample === undefined).toBe(!believed);
  if (!believed) {
    const numbers = numbersOf(view, 'signal-stale');
    expect(numbers['ageSeconds']).toBeCloseTo(ageSeconds, 3);
    expect(numbers['limitSeconds']).toBe(90);
  }
});

test.each([
  ['30 s ahead of the loop → believed, clocks differ', 30, true],
  ['31 s ahead → refused as from the future', 31, false],
  ['without a time → refused', Number.NaN, false],
])('sample %s', (_, aheadSeconds, believed) => {
  expect(judge(sample({ takenAt: at(aheadSeconds) })).mayShrink).toBe(believed);
});

const rate = (seconds: number) => ({
  at: at(seconds),
  cpuSecondsTotal: 0,
  servedCores: 0,
  arrivedCores: 0,
  recentCores: [],
  tickSeconds: 15,
  workSum: 0,
  workSquareSum: 0,
  workCount: 0,
});

test.each<[string, WorkloadSample, string]>([
  ['a negative count', sample({ queuedQueries: -1 }), 'queuedQueries is not a count'],
  ['an infinite counter', sample({ cpuSecondsTotal: Number.POSITIVE_INFINITY }), 'cpuSecondsTotal is not a count'],
  ['memory that is no number', sample({ reservedMemoryBytes: Number.NaN }), 'reservedMemoryBytes is not a count'],
  [
    'no live query, and classes with live ones',
    workSample([queryClass({ live: 3 })]),
    'no query is live and classes have live queries',
  ],
  [
    'no live query, and classes with held ones',
    workSample([queryClass({ held: 1 })]),
    'no query is live and classes have live queries',
  ],
  [
    'live queries, and classes without any',
    workSample([queryClass()], { runningQueries: 30 }),
    'queries are live and no class has any',
  ],
  [
    'queued queries, and no classes at all',
    workSample([], { queuedQueries: 1 }),
    'queries are live and no class has any',
  ],
])('%s → refused as contradictory', (_, seen, what) => {
  const view = judge(seen);
  expect(view).toEqual({
    mayShrink: false,
    reasons: [{ code: 'signal-contradictory', numbers: { source: 'the engine', what } }],
  });
});

test.each([
  ['live', { live: Number.NaN }],
  ['live', { live: Number.POSITIVE_INFINITY }],
  ['held', { held: -1 }],
  ['used CPU', { cpuSecondsUsed: -5 }],
  ['parallelism', { parallelismCores: -1e6 }],
  ['parallelism', { parallelismCores: Number.NaN }],
  ['busy cores', { busyCores: -1 }],
  ['finished queries', { finishedQueries: -1 }],
  ['finished CPU', { finishedCpuSeconds: Number.NaN }],
])('a class whose %s is impossible (%j) → refused as contradictory', (_, given) => {
  const view = judge(workSample([queryClass({ live: 1, ...given })], { runningQueries: 1 }));
  expect(view.reasons).toEqual([
    { code: 'signal-contradictory', numbers: { source: 'the engine', what: 'class bi has impossible numbers' } },
  ]);
});

test.each<[string, WorkloadSample]>([
  ['the last workers drain', sample({ runningQueries: 1, readyWorkers: 0, drainingWorkers: 1 })],
  ['held queries are live only for their class', workSample([queryClass({ held: 2 })], { groupHeldQueries: 2 })],
  ['no classes were read, which is not none', sample({ runningQueries: 30 })],
  ['nothing is live anywhere', workSample([queryClass()])],
  ['queries wait for workers', workSample([queryClass({ live: 2 })], { waitingForWorkersQueries: 2 })],
])('%s → no contradiction', (_, seen) => {
  expect(judge(seen).mayShrink).toBe(true);
});

test('a sample older than the one before → refused, two exporters disagree', () => {
  const view = judge(sample({ takenAt: at(-20) }), memory({ rate: rate(-10) }));
  expect(numbersOf(view, 'signal-contradictory')).toEqual({
    source: 'the engine',
    what: 'it is older than the one before',
  });
});

test('the same sample twice → still believed', () => {
  expect(judge(sample({ takenAt: at(-10), cpuSecondsTotal: 0 }), memory({ rate: rate(-10) })).mayShrink).toBe(true);
});

describe('more cores than the fleet can have', () => {
  const known = (units: number, largestWeight = 1) => memory({ fleet: fleet({ spot: units, largestWeight }) });
  test.each([
    ['10 units and a weight, by half too many → believed', 1.5 * 11 * 16, known(10), true],
    ['one core more → refused', 1.5 * 11 * 16 + 1, known(10), false],
    ['cores that are always on count as well', 1.5 * (11 * 16 + 64), known(10), false],
    ['the fleet was never read → believed', 10_000, memory(), true],
  ])('%s', (_, readyCores, before, believed) => {
    expect(judge(sample({ readyCores }), before).mayShrink).toBe(believed);
  });

  test('with always-on cores the same number is believed', () => {
    const policy = policyWith({ capacity: { alwaysOnCores: 64 } });
    expect(judge(sample({ readyCores: 1.5 * (11 * 16 + 64) }), known(10), policy).mayShrink).toBe(true);
  });

  test('workers that start within seconds are ready before a read shows what we asked for → believed', () => {
    const command = { targets: { onDemandUnits: 0, spotUnits: 60 }, at: at(-10), seen: false, askedAgain: 0 };
    expect(judge(sample({ readyCores: 60 * 16 }), { ...known(10), command: command as never }).mayShrink).toBe(true);
  });
});

test.each(['runningQueries', 'queuedQueries', 'readyCores'] as const)(
  'sample without %s → may grow, may not shrink',
  (field) => {
    const view = judge(without(sample(), field));
    expect(view.sample).toBeDefined();
    expect(view.mayShrink).toBe(false);
    expect(view.reasons).toEqual([{ code: 'signal-partial', numbers: { what: field } }]);
  },
);

test('two fields missing → the reason names both', () => {
  const view = judge(without(sample(), 'runningQueries', 'readyCores'));
  expect(numbersOf(view, 'signal-partial')).toEqual({ what: 'runningQueries, readyCores' });
});

test('a zero is a number: a sample of an idle engine may lead to a shrink', () => {
  expect(judge(sample()).mayShrink).toBe(true);
});

describe('alarms alone are the signal', () => {
  const policy = policyWith({
    signal: { source: 'alarms' },
    alarms: [{ name: 'cpu-low', direction: 'down', stepUnits: 2 }],
  });
  test('a sample is not looked at, not even a contradictory one', () => {
    expect(judge(sample({ queuedQueries: -1 }), memory(), policy)).toEqual({ mayShrink: true, reasons: [] });
  });
  test('an alarm that is OK keeps the target', () => {
    const seen = observation({ alarms: [alarmIs('cpu-low', 'OK')], fleet: fleet() });
    expect(decide(seen, policy, memory(), at(0)).decision.verdict).toBe('steady');
  });
});

/** 40 units in force, nothing wanted for longer than any hold, then the signal breaks. */
const IDLE_SECONDS = 840;
const breaks = (broken: (moment: Moment) => WorkloadSample | undefined) =>
  drive({ units: 40, seconds: 6000, sample: (m) => (m.seconds <= IDLE_SECONDS ? m.ready : broken(m)) });

test.each<[string, (moment: Moment) => WorkloadSample | undefined]>([
  ['is missing', () => undefined],
  ['is stale', ({ seconds }) => sample({ takenAt: at(seconds - 91) })],
  ['comes from the future', ({ seconds }) => sample({ takenAt: at(seconds + 31) })],
  ['contradicts itself', ({ ready }) => ({ ...ready, runningQueries: -1 })],
  [
    'has 40 live queries and none in its classes',
    ({ ready, seconds }) => ({ ...ready, runningQueries: 40, cpuSecondsTotal: seconds, classes: [] }),
  ],
  ['has more cores than the fleet', ({ ready }) => ({ ...ready, readyCores: 1e6 as never })],
  ['lacks the running queries', ({ ready }) => without(ready, 'runningQueries')],
  ['lacks the queued queries', ({ ready }) => without(ready, 'queuedQueries')],
  ['lacks the ready cores', ({ ready }) => without(ready, 'readyCores')],
  ['lacks everything but its time', ({ ready }) => ({ takenAt: ready.takenAt })],
])('idle for nearly a hold, then the sample %s for an hour → no shrink', (_, broken) => {
  expect(commandsOf(breaks(broken))).toEqual([]);
});

test('idle for a whole hold with a good sample → shrinks, so the case above proves something', () => {
  expect(commandsOf(breaks(({ ready }) => ready))).toEqual([[900, 4]]);
});

test('a sample that is bad once in a hold → a whole hold is needed again', () => {
  const ticks = drive({
    units: 40,
    seconds: 2400,
    sample: (m) => (m.seconds === 600 ? undefined : m.ready),
  });
  expect(commandsOf(ticks)).toEqual([[1515, 4]]);
  expect(numbersOf(tickAt(ticks, 900).decision, 'shrink-held')).toEqual({ units: 40, holdSeconds: 900 });
});

test.each([
  ['a hold of 20 units', { holds: [hold({ units: 20 })] }, {}, 20],
  ['the minimum of 15', {}, { capacity: { minimumUnits: 15 } }, 15],
  ['a schedule of 25', {}, { schedules: [{ name: 'noon', cron: '0 12 * * *', durationMinutes: 60, units: 25 }] }, 25],
])('no sample, and %s → grows all the same', (_, seen, wishes, units) => {
  const decided = decide(observation({ fleet: fleet(), ...seen }), policyWith(wishes), memory(), at(0));
  expect(commandedUnits(decided)).toBe(units);
  expect(codesOf(decided.decision)).toEqual(expect.arrayContaining(['signal-missing', 'demand-kept', 'grow-wanted']));
});

test('no sample for hours, and an extra hold → its units come once, not with every tick', () => {
  const ticks = drive({
    seconds: 7200,
    sample: (m) => (m.seconds < 60 ? { ...m.ready, runningQueries: 10 } : undefined),
    holds: (seconds) => (seconds >= 120 ? [hold({ kind: 'extra', units: 10, until: at(1e6) })] : []),
  });
  expect(commandsOf(ticks)).toEqual([[120, 20]]);
});

test('no sample since the first tick, and an extra hold → its units come once', () => {
  const ticks = drive({
    seconds: 3600,
    sample: () => undefined,
    holds: () => [hold({ kind: 'extra', units: 10, until: at(1e6) })],
  });
  expect(commandsOf(ticks)).toEqual([[0, 20]]);
});

test('the clock goes back by a minute → nothing shrinks that had not been proven', () => {
  const ticks = drive({ units: 40, seconds: 885 });
  const last = tickAt(ticks, 885);
  const decided = decide(observation({ sample: sample({ takenAt: at(825) }) }), last.policy, last.memory, at(825));
  expect(commandedUnits(decided)).toBeUndefined();
});

describe('what a source has told before and tells no more', () => {
  const known = memory({ rate: rate(-15), memorySeen: true, classes: { 'bi|ann|global': {} as never } });
  const whole = workSample([queryClass()], { runningQueries: 0, reservedMemoryBytes: 1, totalMemoryBytes: 2 });

  test('all of it is there → a shrink may rest on it', () => {
    expect(judge(whole, known)).toMatchObject({ mayShrink: true, reasons: [] });
  });

  test.each([
    ['cpuSecondsTotal', 'cpuSecondsTotal'],
    ['classes', 'classes'],
    ['reservedMemoryBytes', 'memory'],
    ['totalMemoryBytes', 'memory'],
  ] as const)('without %s → it may grow the cluster, and nothing shrinks', (field, what) => {
    const { sample: believed, mayShrink, reasons } = judge(without(whole, field), known);
    expect([mayShrink, believed === undefined]).toEqual([false, false]);
    expect(reasons).toEqual([{ code: 'signal-partial', numbers: { what } }]);
  });

  test('a source that never told any of it → a shrink may rest on counts', () => {
    expect(judge(sample(), memory())).toMatchObject({ mayShrink: true, reasons: [] });
  });

  test('a query on the coordinator alone and no worker → the queue still grows the cluster', () => {
    const alone = sample({ runningQueries: 1, queuedQueries: 20, readyWorkers: 0 as never });
    expect(judge(alone)).toMatchObject({ sample: alone, mayShrink: false });
  });
});
