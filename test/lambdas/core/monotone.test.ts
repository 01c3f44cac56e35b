/** More load never gives less capacity: properties of the demand, with memory and flags held fast. */
import fc from 'fast-check';
import { decide } from '../../../lambdas/core/decide.ts';
import { demandOf } from '../../../lambdas/core/demand.ts';
import type { ClassMemory, Memory, RateMemory } from '../../../lambdas/core/memory.ts';
import { at, fleet, memory, observation, policyWith, queryClass, workSample } from './builders.ts';

const RUNS = { numRuns: 200, seed: 7 };
const NAMES = ['a', 'b', 'c'] as const;

const amount = (max: number) => fc.integer({ min: 0, max: 100 * max }).map((cents) => cents / 100);

const classMemory: fc.Arbitrary<ClassMemory> = fc.record({
  seenAt: fc.constant(at(0)),
  cpuSeconds: fc.constant(0),
  finishedQueries: fc.constant(0),
  finishedCpuSeconds: fc.constant(0),
  live: fc.constant(0),
  held: fc.constant(0),
  busyCpuDecayed: amount(50_000),
  busyLiveDecayed: amount(5000),
  workDecayed: amount(1e6),
  workCountDecayed: amount(100),
});

const rateMemory: fc.Arbitrary<RateMemory> = fc
  .record({
    at: fc.constant(at(0)),
    cpuSecondsTotal: fc.constant(0),
    servedCores: amount(1000),
    arrivedCores: amount(1000),
    recentCores: fc.array(amount(2000), { minLength: 4, maxLength: 4 }),
    tickSeconds: fc.constant(15),
    workSum: amount(1e6),
    biasedWork: fc.integer({ min: 1, max: 100_000 }),
    workCount: amount(100),
  })
  .map(({ biasedWork, ...rate }) => ({ ...rate, workSquareSum: rate.workSum * biasedWork }));

const known: fc.Arbitrary<Memory> = fc
  .record({
    rate: rateMemory,
    classes: fc.record({ a: classMemory, b: classMemory }),
    grew: fc.option(fc.integer({ min: 0, max: 900 }), { nil: undefined }),
  })
  .map(({ rate, classes, grew }) =>
    memory({
      rate,
      classes,
      ...(grew === undefined
        ? {}
        : {
            command: {
              targets: { onDemandUnits: 0, spotUnits: 30 },
              at: at(-grew),
              grewAt: at(-grew),
              seen: true,
              askedAgain: 0,
            },
          }),
    }),
  );

/** Live queries of each class and how parallel each of them is. */
const loads = fc.tuple(
  ...NAMES.map(() => fc.record({ live: fc.nat(200), each: fc.integer({ min: 1, max: 200 }), used: amount(1000) })),
);

const samples = (load: readonly { live: number; each: number; used: number }[], readyCores: number) =>
  workSample(
    load.map(({ live, each, used }, index) =>
      queryClass({ name: NAMES[index] ?? 'x', live, parallelismCores: live * each, cpuSecondsUsed: used }),
    ),
    { readyCores, runningQueries: load.reduce((sum, { live }) => sum + live, 0) },
  );

const wanted = (load: Parameters<typeof samples>[0], readyCores: number, learned: Memory): number =>
  demandOf(samples(load, readyCores), policyWith(), learned, learned, at(0)).terms.workUnits ?? 0;

const compare = (less: number, more: number): void => {
  expect(more).toBeGreaterThanOrEqual(less - 1e-9 * Math.max(1, less));
};

test('one more live query of any class → not less', () => {
  fc.assert(
    fc.property(
      known,
      loads,
      fc.nat(2),
      fc.integer({ min: 1, max: 50 }),
      fc.nat(2000),
      (learned, load, which, extra, ready) => {
        const more = load.map((one, index) => (index === which ? { ...one, live: one.live + extra } : one));
        compare(wanted(load, ready, learned), wanted(more, ready, learned));
      },
    ),
    RUNS,
  );
});

test('more work left: less of it used so far → not less', () => {
  fc.assert(
    fc.property(known, loads, fc.nat(2000), (learned, load, ready) => {
      compare(
        wanted(load, ready, learned),
        wanted(
          load.map((one) => ({ ...one, used: one.used / 2 })),
          ready,
          learned,
        ),
      );
    }),
    RUNS,
  );
});

test('heavier queries in a class → not less', () => {
  fc.assert(
    fc.property(known, loads, fc.nat(2000), amount(1e6), (learned, load, ready, extra) => {
      const one = learned.classes['a'];
      if (one === undefined) throw new Error('no class');
      const heavier = {
        ...learned,
        classes: { ...learned.classes, a: { ...one, workDecayed: one.workDecayed + extra } },
      };
      compare(wanted(load, ready, learned), wanted(load, ready, heavier));
    }),
    RUNS,
  );
});

test.each(['servedCores', 'arrivedCores'] as const)('more %s → not less', (field) => {
  fc.assert(
    fc.property(known, loads, fc.nat(2000), amount(500), (learned, load, ready, extra) => {
      const { rate } = learned;
      if (rate === undefined) throw new Error('no rate');
      const busier = { ...learned, rate: { ...rate, [field]: rate[field] + extra } };
      compare(wanted(load, ready, learned), wanted(load, ready, busier));
    }),
    RUNS,
  );
});

test('fewer ready cores under the same load → not less', () => {
  fc.assert(
    fc.property(known, loads, fc.nat(2000), fc.nat(500), (learned, load, ready, fewer) => {
      compare(wanted(load, ready, learned), wanted(load, Math.max(0, ready - fewer), learned));
    }),
    RUNS,
  );
});

test('a whole decision: the CPU counter went further, the cluster was as little full → not less is wanted', () => {
  const shares = fc
    .tuple(amount(0.8), amount(0.8))
    .map(([one, two]) => [Math.min(one, two), Math.max(one, two)] as const);
  fc.assert(
    fc.property(known, loads, shares, (learned, load, [less, more]) => {
      const before = { ...learned, fleet: fleet({ spot: 60 }) };
      const units = (share: number) => {
        const seen = { ...samples(load, 960), takenAt: at(15), cpuSecondsTotal: share * 960 * 15 };
        return decide(observation({ sample: seen }), policyWith(), before, at(15)).decision.terms.wantedUnits;
      };
      compare(units(less), units(more));
    }),
    RUNS,
  );
});
