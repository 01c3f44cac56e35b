import { type Demand, demandOf } from '../../../lambdas/core/demand.ts';
import type { Memory } from '../../../lambdas/core/memory.ts';
import type { WorkloadSample } from '../../../lambdas/core/model.ts';
import type { Policy, PolicyInput } from '../../../lambdas/core/policy/schema.ts';
import { at, memory, numbersOf, policyWith, queryClass, sample, without, workSample } from './builders.ts';

/** A class of which enough is known: `cores` busy cores a query, `work` core-seconds a query. */
const known = (cores: number, work?: number) => ({
  seenAt: at(0),
  cpuSeconds: 0,
  finishedQueries: 0,
  finishedCpuSeconds: 0,
  live: 0,
  held: 0,
  busyCpuDecayed: 100 * cores,
  busyLiveDecayed: 100,
  workDecayed: 10 * (work ?? 0),
  workCountDecayed: work === undefined ? 0 : 10,
});

const rate = (servedCores: number, given: object = {}) => ({
  at: at(0),
  cpuSecondsTotal: 0,
  servedCores,
  arrivedCores: 0,
  recentCores: [],
  tickSeconds: 15,
  workSum: 0,
  workSquareSum: 0,
  workCount: 0,
  ...given,
});

const ask = (seen: WorkloadSample, learned: Memory = memory(), wishes: PolicyInput = {}): Demand =>
  demandOf(seen, policyWith({ ...wishes, demand: { headroomFactor: 1.5, ...wishes.demand } }), learned, learned, at(0));

const cores = (demand: Demand): number => Number(numbersOf(demand, 'demand-work')['wantedCores']);

describe('from work: d/ρ + b·√(d·c) + W_L/T, by hand', () => {
  test('36 cores served, queries of 4 cores, nothing outstanding → 36/0.9 + 1.5·√(36·4) = 58 cores', () => {
    const learned = memory({ rate: rate(36), classes: { bi: known(4) } });
    const demand = ask(workSample([queryClass()]), learned);
    expect(cores(demand)).toBeCloseTo(40 + 18, 9);
    expect(demand.terms.workUnits).toBeCloseTo(58 / 16, 9);
  });

  test('100 live queries of 4 cores with 1,000 core-seconds left each on 160 ready cores → (100,000 − 48,000)/90 more', () => {
    const learned = memory({ classes: { bi: known(4, 1000) } });
    const seen = workSample([queryClass({ live: 100, parallelismCores: 1600 })], { runningQueries: 100 });
    const demand = ask(seen, learned);
    expect(demand.terms.workSeconds).toBe(100_000);
    expect(cores(demand)).toBeCloseTo((100_000 - 160 * 300) / 90, 9);
  });

  test('work that the ready cores will have done when help arrives buys nothing', () => {
    const learned = memory({ classes: { bi: known(4, 100) } });
    const seen = workSample([queryClass({ live: 20, parallelismCores: 80 })], { runningQueries: 20, readyCores: 10 });
    expect(cores(ask(seen, learned))).toBe(0);
  });

  test('arriving work counts for the start lag too: d·L = 30 · 300 on no core at all', () => {
    const learned = memory({ rate: rate(30), classes: { bi: known(4, 10) } });
    const seen = workSample([queryClass({ live: 1, parallelismCores: 400 })], { readyCores: 0 });
    const backlog = (40 + 9000) / 90;
    expect(cores(ask(seen, learned))).toBeCloseTo(30 / 0.9 + 1.5 * Math.sqrt(120) + backlog, 9);
  });

  test.each<[string, NonNullable<PolicyInput['demand']>, number]>([
    ['utilisation 0.5', { targetUtilisation: 0.5 }, 72 + 18],
    ['no head-room', { headroomFactor: 0 }, 40],
    ['head-room of 3', { headroomFactor: 3 }, 40 + 36],
  ])('%s moves only its own term', (_, wish, wantedCores) => {
    const learned = memory({ rate: rate(36), classes: { bi: known(4) } });
    expect(cores(ask(workSample([queryClass()]), learned, { demand: wish }))).toBeCloseTo(wantedCores, 9);
  });

  test('backlog cleared in 900 s instead of 90 → a tenth of it', () => {
    const learned = memory({ classes: { bi: known(4, 1000) } });
    const seen = workSample([queryClass({ live: 100, parallelismCores: 1600 })], { runningQueries: 100 });
    expect(cores(ask(seen, learned, { demand: { clearBacklogSeconds: 900 } }))).toBeCloseTo(52_000 / 900, 9);
  });

  test('a learned start lag of 100 s → ready cores do less before help comes', () => {
    const learned = memory({ classes: { bi: known(4, 1000) }, lag: { halfSeconds: [100], tailSeconds: [] } });
    const seen = workSample([queryClass({ live: 100, parallelismCores: 1600 })], { runningQueries: 100 });
    expect(cores(ask(seen, learned))).toBeCloseTo((100_000 - 16_000) / 90, 9);
  });

  test('cores that are always on serve 64 of them → four units fewer are bought', () => {
    const learned = memory({ rate: rate(72), classes: { bi: known(4) } });
    const all = ask(workSample([queryClass()]), learned).terms.workUnits ?? 0;
    const fewer = ask(workSample([queryClass()]), learned, { capacity: { alwaysOnCores: 64 } }).terms.workUnits ?? 0;
    expect(all - fewer).toBeCloseTo(4, 9);
  });

  test('more always-on cores than are wanted → nothing, not less than nothing', () => {
    const demand = ask(workSample([queryClass()]), memory({ rate: rate(10) }), { capacity: { alwaysOnCores: 999 } });
    expect(demand.terms.workUnits).toBe(0);
  });
});

describe('work left in live queries', () => {
  const left = (given: Parameters<typeof queryClass>[0], learned: Memory) =>
    ask(workSample([queryClass(given)], { runningQueries: 1 }), learned).terms.workSeconds;

  test.each([
    [
      'a class never seen before, parallelism 8 → 10 s of 8 cores each',
      { live: 3, parallelismCores: 24 },
      memory(),
      240,
    ],
    ['never seen, parallelism unknown → 10 s of a unit each', { live: 3 }, memory(), 480],
    [
      'busy cores learned → 10 s of those',
      { live: 3, parallelismCores: 240 },
      memory({ classes: { bi: known(2) } }),
      60,
    ],
    [
      'learned more than its parallelism allows → the parallelism',
      { live: 3, parallelismCores: 3 },
      memory({ classes: { bi: known(50) } }),
      30,
    ],
    [
      'mean work known → what the mean leaves',
      { live: 3, parallelismCores: 240, cpuSecondsUsed: 500 },
      memory({ classes: { bi: known(2, 1000) } }),
      2500,
    ],
    [
      'longer at it than the mean → still some seconds of its cores',
      { live: 3, parallelismCores: 240, cpuSecondsUsed: 99_999 },
      memory({ classes: { bi: known(2, 1000) } }),
      60,
    ],
    ['no live query → nothing', { live: 0, cpuSecondsUsed: 0 }, memory({ classes: { bi: known(2, 1000) } }), 0],
  ])('%s', (_, given, learned, workSeconds) => {
    expect(left(given, learned)).toBeCloseTo(workSeconds, 9);
  });

  test('queries held by their group are not work to be done', () => {
    const learned = memory({ classes: { bi: known(4, 1000) } });
    const seen = workSample([queryClass({ live: 1, held: 500, parallelismCores: 8 })], {
      runningQueries: 1,
      groupHeldQueries: 500,
    });
    const demand = ask(seen, learned);
    expect(demand.terms.workSeconds).toBe(1000);
    expect(numbersOf(demand, 'group-limit')).toEqual({ heldQueries: 500 });
  });
});

describe('capped at parallelism', () => {
  test('one giant query with a million core-seconds left and 64 cores of parallelism → 64 cores of backlog', () => {
    const learned = memory({ classes: { bi: known(64, 1_000_000) } });
    const seen = workSample([queryClass({ live: 1, parallelismCores: 64 })], { runningQueries: 1, readyCores: 16 });
    expect(cores(ask(seen, learned))).toBeCloseTo(64, 9);
  });

  test('its arrival looks like a flood of 66,667 cores → still no more than 64 cores keep it busy, by ρ and head-room', () => {
    const flood = rate(0, { recentCores: [1_000_000 / 15, 30_000, 15_000, 8_000], arrivedCores: 1100 });
    const learned = memory({ rate: flood, classes: { bi: known(64, 1_000_000) } });
    const seen = workSample([queryClass({ live: 1, parallelismCores: 64 })], { runningQueries: 1 });
    expect(cores(ask(seen, learned))).toBeCloseTo(64 / 0.9 + 1.5 * Math.sqrt(64 * 64), 9);
  });

  test('arrivals above what live queries can use count where they are being served', () => {
    const learned = memory({ rate: rate(300, { arrivedCores: 300 }), classes: { bi: known(1, 1) } });
    const seen = workSample([queryClass({ live: 1, parallelismCores: 4 })], { runningQueries: 1, readyCores: 400 });
    expect(cores(ask(seen, learned))).toBeCloseTo(300 / 0.9 + 1.5 * Math.sqrt(300), 9);
  });
});

describe('arriving capacity', () => {
  const backlog = workSample([queryClass({ live: 200, parallelismCores: 9999 })], { runningQueries: 200 });
  const asked = (grewSecondsAgo: number, units = 40) =>
    memory({
      classes: { bi: known(4, 1000) },
      command: {
        targets: { onDemandUnits: 0, spotUnits: units },
        at: at(-grewSecondsAgo),
        grewAt: at(-grewSecondsAgo),
        seen: true,
        askedAgain: 0,
      },
    });

  test.each([
    ['just asked for: it comes when new help would, and has done nothing by then', 0, 480, 0],
    ['half-way: it works for the other half of the lag', 150, 480, 480 * 150],
    ['due: it works for nine tenths of the lag', 300, 480, 480 * 270],
    ['one lag overdue: still counted on', 600, 480, 480 * 270],
    ['more than two lags late: not counted on any more', 601, 0, 0],
  ])('%s', (_, grewSecondsAgo, arriving, done) => {
    const demand = ask(backlog, asked(grewSecondsAgo));
    expect(demand.terms.arrivingCores).toBe(arriving);
    expect(cores(demand)).toBeCloseTo((200_000 - 160 * 300 - done) / 90, 6);
  });

  test('all of it is ready → nothing arrives, and it is not counted twice', () => {
    expect(ask({ ...backlog, readyCores: 640 as never }, asked(300)).terms.arrivingCores).toBe(0);
  });

  test('a shrink after the growth → only what the lower target still misses arrives', () => {
    expect(ask(backlog, asked(60, 12)).terms.arrivingCores).toBe(32);
  });

  test('always-on cores are ready cores: they do not arrive', () => {
    const policy: Policy = policyWith({ capacity: { alwaysOnCores: 64 } });
    const demand = demandOf({ ...backlog, readyCores: 224 as never }, policy, asked(60), asked(60), at(0));
    expect(demand.terms.arrivingCores).toBe(480);
  });
});

describe('from counts, where nothing better can be read', () => {
  const busy = sample({ runningQueries: 7, queuedQueries: 4, waitingForWorkersQueries: 2 });
  test.each<[string, WorkloadSample]>([
    ['neither classes nor CPU counter', busy],
    ['no CPU counter', { ...busy, classes: [queryClass({ live: 13 })] }],
    ['no classes', { ...busy, cpuSecondsTotal: 10 }],
  ])('%s → 13 outstanding queries at 1 a unit', (_, seen) => {
    const demand = ask(seen);
    expect(demand.terms).toEqual({ countsUnits: 13 });
    expect(numbersOf(demand, 'demand-counts')).toEqual({ outstandingQueries: 13, queriesPerUnit: 1, wantedUnits: 13 });
  });

  test('0.75 queries a unit → 17.3 units, told as 18', () => {
    const demand = ask(busy, memory(), { demand: { queriesPerUnit: 0.75 } });
    expect(demand.terms.countsUnits).toBeCloseTo(13 / 0.75, 9);
    expect(numbersOf(demand, 'demand-counts')['wantedUnits']).toBe(18);
  });

  test('queries blocked on memory are running ones: they are not counted twice', () => {
    expect(ask({ ...busy, blockedOnMemoryQueries: 3 }).terms.countsUnits).toBe(13);
  });

  test('queries held by a group do not count', () => {
    expect(ask({ ...busy, groupHeldQueries: 900 }).terms.countsUnits).toBe(13);
  });

  test('always-on cores serve two of them', () => {
    expect(ask(busy, memory(), { capacity: { alwaysOnCores: 32 } }).terms.countsUnits).toBe(11);
  });

  test('ready cores unknown → counts, not work on zero cores', () => {
    const seen = without(workSample([queryClass({ live: 13, parallelismCores: 999 })], busy), 'readyCores');
    expect(ask({ ...seen, classes: [queryClass({ live: 13 })], cpuSecondsTotal: 0 }).terms.workUnits).toBeUndefined();
  });
});

describe('memory is demand too', () => {
  const GB = 1e9;
  const full = (reserved: number, given: object = {}) =>
    sample({ runningQueries: 4, reservedMemoryBytes: reserved * GB, totalMemoryBytes: 100 * GB, ...given });
  const units = (demand: Demand) => demand.terms.memoryUnits;

  test.each([
    ['75 % reserved → exactly the ten units that are ready', 75, {}, 10],
    ['90 % reserved → twelve', 90, {}, 12],
    ['30 % reserved → a floor of four', 30, {}, 4],
    ['two of four running ones blocked at 60 % → as if all had their memory', 60, { blockedOnMemoryQueries: 2 }, 16],
    ['all blocked → no division by nothing', 50, { blockedOnMemoryQueries: 4 }, (10 * 250) / 75],
  ])('%s', (_, reserved, given, wantedUnits) => {
    expect(units(ask(full(reserved, given)))).toBeCloseTo(wantedUnits, 9);
  });

  test('it is told when it asks for more than the load does, and only then', () => {
    expect(ask(full(90)).reasons.map(({ code }) => code)).toEqual(['demand-counts', 'demand-memory']);
    expect(ask(full(30)).reasons.map(({ code }) => code)).toEqual(['demand-counts']);
    expect(numbersOf(ask(full(90)), 'demand-memory')).toEqual({
      reservedShare: 0.9,
      blockedQueries: 0,
      wantedCores: 192,
    });
  });

  test.each<[string, WorkloadSample]>([
    ['reserved unknown', without(full(90), 'reservedMemoryBytes')],
    ['total unknown', without(full(90), 'totalMemoryBytes')],
    ['total zero', full(90, { totalMemoryBytes: 0 })],
    ['ready cores unknown', without(full(90), 'readyCores')],
  ])('%s → no term, and never a zero in its place', (_, seen) => {
    expect(units(ask(seen))).toBeUndefined();
  });
});
