/** Properties of the accounting, over any sequence of reads, samples, prices and ticks. */
import fc from 'fast-check';
import type { DayPart } from '../../../lambdas/core/ledger-record.ts';
import type { ClusterFacts } from '../../../lambdas/core/model.ts';
import { Accounts, byType, byUnit, MIDNIGHT, pools, type Seen, there } from './accounting.ts';
import { facts, queryClass, workSample } from './builders.ts';

const TYPES = ['r5.4xlarge', 'r5.8xlarge', 'm9.unknown', '__proto__'] as const;
const PRICES: readonly ClusterFacts[] = [byType, byUnit, facts(), facts({ typePrices: byType.typePrices ?? {} })];

/** What happens at a moment; ticks come at these moments and perhaps at others. */
const step = fc.record({
  seconds: fc.constantFrom(1, 15, 15, 40, 60, 299, 300),
  read: fc.option(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 80 })), { freq: 3 }),
  pools: fc.option(
    fc.array(
      fc.tuple(
        fc.constantFrom(...TYPES),
        fc.constantFrom('onDemand' as const, 'spot' as const),
        fc.integer({ min: 0, max: 20 }),
      ),
      { maxLength: 6 },
    ),
    { freq: 2 },
  ),
  cpu: fc.option(fc.tuple(fc.double({ min: 0, max: 1.3, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })), {
    freq: 4,
  }),
});

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** Steps from an evening on, so that many of them go over midnight. */
const EVENING = MIDNIGHT + 86_400 - 1200;

const seenOf = (steps: readonly Step[], prices: ClusterFacts): Seen[] => {
  let now = EVENING;
  let total = 0;
  const first: Seen = { now, fleet: there(2, 10), facts: prices, sample: workSample([], { takenAt: now }) };
  return [
    first,
    ...steps.map(({ seconds, read, pools: lots, cpu }): Seen => {
      now += seconds;
      const [busy, share] = cpu ?? [0, 0];
      total += busy * 160 * seconds;
      const one = queryClass({
        name: 'a|ann|x',
        finishedCpuSeconds: total * share,
        finishedQueries: Math.floor(total / 99),
      });
      const two = queryClass({ name: 'b|bob|y', cpuSecondsUsed: total * (1 - share) });
      return {
        now,
        facts: prices,
        ...(read === null ? {} : { fleet: there(...read) }),
        ...(lots === null ? {} : { pools: pools(...lots) }),
        ...(cpu === null ? {} : { sample: workSample([one, two], { takenAt: now, cpuSecondsTotal: total }) }),
      };
    }),
  ];
};

const lived = (seen: readonly Seen[]): Accounts => seen.reduce((accounts, one) => accounts.tick(one), new Accounts());

const histories = fc.tuple(fc.array(step, { minLength: 1, maxLength: 60 }), fc.constantFrom(...PRICES));
const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
const CENT = 0.01;

const checkPart = (part: DayPart): void => {
  const numbers = Object.values(part).filter((value) => typeof value === 'number');
  expect(numbers.filter((value) => !Number.isFinite(value) || value < 0)).toEqual([]);
  expect(sum(part.types.map(({ usd }) => usd))).toBeCloseTo(part.usd, 9);
  expect(sum(part.types.map(({ unitHours }) => unitHours))).toBeCloseTo(part.unitHours, 9);
  const owned = sum(part.groups.map(({ usd }) => usd)) + part.idleUsd;
  expect(Math.abs(owned + part.unattributedUsd - part.usd)).toBeLessThan(1e-4);
  expect(part.emrUsd).toBeLessThanOrEqual(part.usd + 1e-6);
  expect(part.usd).toBeLessThanOrEqual(part.onDemandUsd + 1e-4);
  expect(part.unpricedUnitHours + part.flatUnitHours).toBeLessThanOrEqual(part.unitHours + 1e-6);
  expect(part.knownSeconds).toBeLessThanOrEqual(part.until - part.from + 1e-3);
  expect(part.gapSeconds).toBeLessThanOrEqual(part.knownSeconds);
  expect(Math.floor((part.until - 1e-3) / 86_400)).toBeLessThanOrEqual(part.day);
};

test('every part: nothing is negative or endless, the parts of it make the whole, a day does not leave its day', () => {
  fc.assert(
    fc.property(histories, ([steps, prices]) => {
      const accounts = lived(seenOf(steps, prices));
      for (const part of [...accounts.written, ...accounts.parts]) checkPart(part);
      return true;
    }),
  );
});

test('ticks more between → the same dollars, hours and comparisons, to a hundredth of a cent', () => {
  fc.assert(
    fc.property(
      histories,
      fc.array(fc.integer({ min: 1, max: 298 }), { minLength: 1, maxLength: 30 }),
      ([steps, prices], cuts) => {
        const seen = seenOf(steps, prices);
        const more = seen.flatMap((one, index) => {
          const before = seen[index - 1]?.now ?? one.now;
          const between = before + (cuts[index % cuts.length] ?? 1);
          return between < one.now ? [{ now: between, facts: prices }, one] : [one];
        });
        const [few, many] = [lived(seen), lived(more)];
        const numbersOf = ({ parts }: Accounts) =>
          (['usd', 'unitHours', 'emrUsd', 'onDemandUsd', 'fixedUnitHours', 'unpricedUnitHours'] as const).map((name) =>
            sum(parts.map((part) => part[name])),
          );
        const others = numbersOf(many);
        numbersOf(few).forEach((value, index) => {
          expect(Math.abs(value - (others[index] ?? Number.NaN))).toBeLessThan(CENT / 100);
        });
      },
    ),
  );
});

test('what was spent today is what today’s parts say', () => {
  fc.assert(
    fc.property(histories, ([steps, prices]) => {
      const accounts = lived(seenOf(steps, prices));
      const { spending } = accounts.memory;
      const today = accounts.parts.filter(({ day }) => day === spending?.day);
      expect(spending?.usd).toBeCloseTo(sum(today.map(({ usd }) => usd)), 6);
    }),
  );
});

test('a record that is written again reaches at least as far, and no number of it falls', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 60, maxLength: 120 }), (steps) => {
      const { written } = lived(seenOf(steps, byType));
      const newest = new Map<number, DayPart>();
      for (const part of written) {
        const earlier = newest.get(part.from);
        if (earlier !== undefined) {
          expect(part.until).toBeGreaterThanOrEqual(earlier.until);
          for (const name of ['usd', 'unitHours', 'onDemandUsd', 'idleUsd', 'knownSeconds'] as const)
            expect(part[name]).toBeGreaterThanOrEqual(earlier[name]);
        }
        newest.set(part.from, part);
      }
    }),
    { numRuns: 40 },
  );
});
