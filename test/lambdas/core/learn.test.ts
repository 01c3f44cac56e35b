import {
  arrivalCores,
  averagingWindow,
  busyCoresPerQuery,
  LONGEST_WINDOW_SECONDS,
  learn,
  MOST_CLASSES,
  meanWork,
  SHORTEST_WINDOW_SECONDS,
} from '../../../lambdas/core/learn.ts';
import type { Memory, RateMemory } from '../../../lambdas/core/memory.ts';
import type { QueryClassSample, WorkloadSample } from '../../../lambdas/core/model.ts';
import { at, memory, type Plain, queryClass, sample, without, workSample } from './builders.ts';

/** What is known after samples, each so many seconds after noon. */
const taught = (...samples: readonly WorkloadSample[]): Memory => {
  let known = memory();
  for (const one of samples) known = { ...known, ...learn(known, one) };
  return known;
};

const seen = (
  seconds: number,
  cpuSecondsTotal: number,
  classes: readonly Partial<Plain<QueryClassSample>>[] = [],
  given: Partial<Plain<WorkloadSample>> = {},
): WorkloadSample =>
  workSample(
    classes.map((one) => queryClass(one)),
    { takenAt: at(seconds), cpuSecondsTotal, ...given },
  );

const bi = (known: Memory) => known.classes['bi'];
const rateOf = (known: Memory): RateMemory => {
  if (known.rate === undefined) throw new Error('no rate was learned');
  return known.rate;
};

describe('busy cores per query', () => {
  const two = { live: 2, cpuSecondsUsed: 0 };
  test('two live queries burn 120 CPU seconds in 15 s on a cluster that is not full → 4 cores each', () => {
    const known = taught(seen(0, 0, [two]), seen(15, 120, [{ ...two, cpuSecondsUsed: 120 }]));
    expect(busyCoresPerQuery(bi(known))).toBeCloseTo(4, 9);
  });

  test.each([
    ['exactly 80 % busy → learned', 0.8 * 160 * 15, 64],
    ['over 80 % busy → not learned: the cluster shows its own size', 0.81 * 160 * 15, undefined],
  ])('%s', (_, burnt, expected) => {
    const known = taught(seen(0, 0, [two]), seen(15, burnt, [{ ...two, cpuSecondsUsed: burnt }]));
    expect(busyCoresPerQuery(bi(known))).toEqual(expected === undefined ? undefined : expect.closeTo(expected, 9));
  });

  test('draining workers still burn CPU: they count as cores when fullness is judged', () => {
    const draining = { readyCores: 100, drainingCores: 60 };
    const known = taught(seen(0, 0, [two], draining), seen(15, 1500, [{ ...two, cpuSecondsUsed: 1500 }], draining));
    expect(busyCoresPerQuery(bi(known))).toBeCloseTo(50, 9);
  });

  test.each([
    ['the ready cores', without(seen(15, 120, [{ ...two, cpuSecondsUsed: 120 }]), 'readyCores')],
    ['the CPU counter', without(seen(15, 120, [{ ...two, cpuSecondsUsed: 120 }]), 'cpuSecondsTotal')],
  ])('without %s nobody knows whether it is full → not learned', (_, second) => {
    expect(busyCoresPerQuery(bi(taught(seen(0, 0, [two]), second)))).toBeUndefined();
  });

  test('a class that was silent for an hour → the hour is not counted as life of its queries', () => {
    const used = (cpuSecondsUsed: number) => [{ live: 2, cpuSecondsUsed }];
    const ticks = Array.from({ length: 240 }, (_, index) => seen(30 + 15 * index, 120));
    const known = taught(seen(0, 0, used(0)), seen(15, 120, used(120)), ...ticks, seen(3630, 240, used(240)));
    expect(busyCoresPerQuery(bi(known))).toBeCloseTo(4, 6);
  });
});

describe('mean work', () => {
  test('before anything has finished → unknown, not zero', () => {
    expect(meanWork(bi(taught(seen(0, 0, [{ live: 3 }]))))).toBeUndefined();
  });

  test('what the engine had finished before we looked counts from the first sight', () => {
    expect(meanWork(bi(taught(seen(0, 0, [{ finishedQueries: 40, finishedCpuSeconds: 4000 }]))))).toBe(100);
  });

  test('queries become ten times heavier → the mean follows within a few hundred', () => {
    const samples = Array.from({ length: 60 }, (_, index) => {
      const heavy = Math.max(0, index - 10) * 10;
      const light = Math.min(10, index) * 10;
      return seen(15 * index, 0, [{ finishedQueries: light + heavy, finishedCpuSeconds: 100 * light + 1000 * heavy }]);
    });
    const mean = meanWork(bi(taught(...samples))) ?? 0;
    expect(mean).toBeGreaterThan(950);
    expect(mean).toBeLessThanOrEqual(1000);
  });
});

describe('rates', () => {
  test('240 CPU seconds in 15 s, again and again → 16 cores served', () => {
    const samples = Array.from({ length: 100 }, (_, index) => seen(15 * index, 240 * index));
    expect(rateOf(taught(...samples)).servedCores).toBeCloseTo(16, 2);
  });

  test('the first sample is no rate: a counter since last week is not work of today', () => {
    expect(arrivalCores(taught(seen(0, 9e9)).rate, 1)).toBe(0);
  });

  test('ten queries of 24 core-seconds every 15 s → 16 cores arriving', () => {
    const samples = Array.from({ length: 100 }, (_, index) =>
      seen(15 * index, 0, [{ live: 10, finishedQueries: 10 * index, finishedCpuSeconds: 240 * index }]),
    );
    expect(rateOf(taught(...samples)).arrivedCores).toBeCloseTo(16, 2);
  });

  test('queries that their group lets go arrive then', () => {
    const past = { finishedQueries: 10, finishedCpuSeconds: 1000 };
    const held = taught(seen(0, 0, [past]), seen(15, 0, [{ ...past, held: 50 }]));
    expect(rateOf(held).recentCores[0]).toBe(0);
    const known = taught(
      seen(0, 0, [past]),
      seen(15, 0, [{ ...past, held: 50 }]),
      seen(30, 0, [{ ...past, live: 50 }]),
    );
    expect(rateOf(known).recentCores[0]).toBeCloseTo((50 * 100) / 15, 9);
  });

  test('the same sample twice → the second teaches nothing', () => {
    const two = [seen(0, 0, [{ live: 2 }]), seen(15, 120, [{ live: 2, cpuSecondsUsed: 120 }])] as const;
    expect(taught(...two, two[1], two[1])).toEqual(taught(...two));
  });

  test('a sample from before the last one → teaches nothing', () => {
    const known = taught(seen(0, 0), seen(15, 120));
    expect(learn(known, seen(10, 0))).toEqual(expect.objectContaining({ rate: known.rate }));
  });
});

describe('the engine restarts: counters go back', () => {
  const before = [
    seen(0, 5000, [{ live: 4, cpuSecondsUsed: 400, finishedQueries: 90, finishedCpuSeconds: 9000 }]),
    seen(15, 5150, [{ live: 4, cpuSecondsUsed: 500, finishedQueries: 91, finishedCpuSeconds: 9100 }]),
  ] as const;
  const restarted = taught(...before, seen(30, 3, [{ live: 1, cpuSecondsUsed: 3 }]));

  test('nothing was served backwards: the rates stand', () => {
    expect(restarted.rate).toEqual({ ...rateOf(taught(...before)), at: at(30), cpuSecondsTotal: 3 });
  });

  test('what was learned of the class stands', () => {
    expect(meanWork(bi(restarted))).toBeCloseTo(meanWork(bi(taught(...before))) ?? 0, 6);
    expect(busyCoresPerQuery(bi(restarted))).toBeCloseTo(busyCoresPerQuery(bi(taught(...before))) ?? 0, 6);
  });

  test('afterwards it counts from the new start', () => {
    const known = taught(...before, seen(30, 3, [{ live: 1, cpuSecondsUsed: 3 }]), seen(45, 63, [{ live: 1 }]));
    expect(rateOf(known).servedCores).toBeGreaterThan(0);
    expect(rateOf(known).cpuSecondsTotal).toBe(63);
  });
});

describe('classes are capped', () => {
  const many = (from: number, count: number, seconds: number) =>
    seen(
      seconds,
      0,
      Array.from({ length: count }, (_, index) => ({ name: `c${100 + from + index}`, live: 1 })),
      { runningQueries: count },
    );

  test('40 classes in one sample → 16 are kept, the same ones each time', () => {
    const known = taught(many(0, 40, 0));
    expect(Object.keys(known.classes)).toHaveLength(MOST_CLASSES);
    expect(learn(known, many(0, 40, 15)).classes).toHaveProperty('c100');
  });

  test('new classes come → the ones not seen for longest go', () => {
    const known = taught(many(0, 16, 0), many(0, 4, 15), many(50, 12, 30));
    expect(Object.keys(known.classes).sort()).toEqual(
      [
        ...Array.from({ length: 4 }, (_, i) => `c${100 + i}`),
        ...Array.from({ length: 12 }, (_, i) => `c${150 + i}`),
      ].sort(),
    );
  });
});

describe('the averaging window grows with the spread of work per query', () => {
  const rate = (mean: number, spread: number, cores: number) => ({
    ...rateOf(taught(seen(0, 0))),
    servedCores: cores,
    workSum: 100 * mean,
    workSquareSum: 100 * (mean * mean + spread * spread),
    workCount: 100,
  });
  test.each([
    ['nothing has finished → the shortest', rateOf(taught(seen(0, 0))), SHORTEST_WINDOW_SECONDS],
    ['small even queries → the shortest', rate(10, 0, 100), SHORTEST_WINDOW_SECONDS],
    ['queries of 300 core-seconds at 16 cores: 16 · 300/16', rate(300, 0, 16), 300],
    ['the same with a spread of twice the mean: five times as long', rate(60, 120, 16), 300],
    ['giants → the longest', rate(100_000, 300_000, 16), LONGEST_WINDOW_SECONDS],
  ])('%s', (_, given, seconds) => {
    expect(averagingWindow(given)).toBeCloseTo(seconds, 9);
  });
});

describe('a burst counts with what it proves', () => {
  const base = {
    ...rateOf(taught(seen(0, 0))),
    servedCores: 10,
    arrivedCores: 12,
    workSum: 1000,
    workSquareSum: 100_000,
  };
  const burst = (recentCores: readonly number[], tickSeconds = 15) => ({ ...base, recentCores, tickSeconds });
  test.each([
    ['no burst → the larger of served and arrived', burst([]), 1, 12],
    ['100 cores in a tick of 15 s, work 100 → 100 − √(100·100/15)', burst([100]), 1, 100 - Math.sqrt(10_000 / 15)],
    ['the same at three standard deviations → less than usual, nothing is proven', burst([100]), 4, 12],
    ['over the 30-s average, counted as 60 s', burst([0, 100]), 1, 100 - Math.sqrt(10_000 / 60)],
    ['over the 120-s average, counted as 240 s', burst([0, 0, 0, 100]), 1, 100 - Math.sqrt(10_000 / 240)],
  ])('%s', (_, rate, sigmas, cores) => {
    expect(arrivalCores(rate, sigmas)).toBeCloseTo(cores, 9);
  });

  test('one heavy query is chance: it proves nothing', () => {
    const heavy = { ...base, workSum: 10_000, workSquareSum: 1e8, recentCores: [10_000 / 15] };
    expect(arrivalCores(heavy, 1)).toBe(12);
  });
});

test('a sample without a CPU counter → classes are learned, the rate stands', () => {
  const known = taught(seen(0, 100), without(seen(15, 0, [{ live: 1 }]), 'cpuSecondsTotal'));
  expect(known.classes).toHaveProperty('bi');
  expect(known.rate?.at).toBe(at(0));
});

test('a sample of counts only teaches nothing', () => {
  expect(taught(sample())).toEqual(memory());
});
