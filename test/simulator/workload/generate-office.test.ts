import { workloadDefaults } from '../../../simulator/workload/defaults.ts';
import { generateOffice } from '../../../simulator/workload/generate-office.ts';
import { levelAt, OFFICE } from '../../../simulator/workload/office-shape.ts';
import type { Query } from '../../../simulator/workload/query.ts';
import { meanWork } from '../../../simulator/workload/work-size.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const office = (seed: number, untilSeconds: number) =>
  generateOffice({ untilSeconds, defaults: workloadDefaults(seed) });

/** Cores that the queries of a stretch ask for on average. */
const cores = (queries: readonly Query[], from: number, to: number): number =>
  queries
    .filter(({ arrivalSeconds }) => arrivalSeconds >= from && arrivalSeconds < to)
    .reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0) /
  (to - from);

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('a working day', () => {
  const days = [1, 2, 3, 4].map((seed) => office(seed, DAY));
  const averageCores = (from: number, to: number) => mean(days.map((day) => cores(day, from * HOUR, to * HOUR)));

  test('the parts of the shape add up to about 125 cores, 1,138 core-seconds a query', () => {
    const queries = OFFICE.reduce((sum, { groupsPerDay, groupQueries }) => sum + groupsPerDay * groupQueries, 0);
    const work = OFFICE.reduce((sum, one) => sum + one.groupsPerDay * one.groupQueries * meanWork(one.work), 0);
    expect(queries).toBe(9_482);
    expect(work / DAY).toBeCloseTo(124.8, 0);
    expect(work / queries).toBeCloseTo(1_138, -1);
  });

  test('four seeds → the days are near that', () => {
    expect(averageCores(0, 24)).toBeGreaterThan(110);
    expect(averageCores(0, 24)).toBeLessThan(140);
    expect(mean(days.map((day) => day.length))).toBeCloseTo(9_500, -3);
  });

  test('quiet before work and at night, busy from half past nine, a dip at lunch, a busy afternoon', () => {
    expect(averageCores(5, 7)).toBeLessThan(30);
    expect(averageCores(9.5, 11.5)).toBeGreaterThan(200);
    expect(averageCores(12.25, 13.25)).toBeLessThan(0.75 * averageCores(9.5, 11.5));
    expect(averageCores(14, 16.5)).toBeGreaterThan(200);
    expect(averageCores(20, 24)).toBeLessThan(60);
  });

  test('the chain at night comes from etl', () => {
    const night = days.flat().filter(({ arrivalSeconds }) => arrivalSeconds > 1 * HOUR && arrivalSeconds < 4 * HOUR);
    const etl = night.filter(({ source }) => source === 'etl');
    expect(cores(etl, HOUR, 4 * HOUR)).toBeGreaterThan(0.6 * cores(night, HOUR, 4 * HOUR));
  });

  test('more dashboard queries in the ten minutes after nine than in any ten minutes of the afternoon', () => {
    const dashboards = days.flat().filter(({ source }) => source === 'dashboards');
    const within = (from: number) =>
      dashboards.filter(({ arrivalSeconds: at }) => at >= from && at < from + 600).length;
    for (let from = 14 * HOUR; from < 17 * HOUR; from += 600) expect(within(9 * HOUR)).toBeGreaterThan(within(from));
  });

  test('a long tail: most queries small, a few hold most of the work', () => {
    const work = days
      .flat()
      .map(({ cpuSeconds }) => cpuSeconds)
      .toSorted((a, b) => a - b);
    const large = work.filter((one) => one > 5_000);
    expect(work[Math.floor(work.length / 2)]).toBeLessThan(200);
    expect(large.length / work.length).toBeLessThan(0.07);
    expect(large.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(0.5 * work.reduce((sum, one) => sum + one, 0));
  });

  test('twelve users of four sources', () => {
    expect(new Set(days.flat().map(({ user }) => user)).size).toBe(12);
    expect(new Set(days.flat().map(({ source }) => source))).toEqual(
      new Set(['dashboards', 'ad-hoc', 'reports', 'etl']),
    );
  });
});

describe('many days', () => {
  const weeks = office(1, 8 * DAY);
  const day = (index: number) => cores(weeks, index * DAY, (index + 1) * DAY);

  test('Saturday and Sunday are quieter than any working day', () => {
    for (const working of [0, 1, 2, 3, 4, 7]) {
      expect(day(5)).toBeLessThan(0.7 * day(working));
      expect(day(6)).toBeLessThan(0.7 * day(working));
    }
  });

  test('no two days are alike', () => {
    expect(new Set([0, 1, 2, 3, 4, 5, 6, 7].map(day)).size).toBe(8);
  });

  test('a run of a day → the first day of the longer run, to the bit', () => {
    expect(office(1, DAY)).toEqual(weeks.filter(({ arrivalSeconds }) => arrivalSeconds < DAY).toSorted(bySourceOrder));
  });
});

/** The generator goes source by source; within one, both runs have the same order. */
const bySourceOrder = (a: Query, b: Query): number =>
  OFFICE.findIndex(({ source }) => source === a.source) - OFFICE.findIndex(({ source }) => source === b.source);

describe('chance', () => {
  test('same seed → the same queries; another seed → others', () => {
    expect(office(3, 6 * HOUR)).toEqual(office(3, 6 * HOUR));
    expect(office(3, 6 * HOUR)).not.toEqual(office(4, 6 * HOUR));
  });

  test('ids are unique; every query can be run', () => {
    const queries = office(5, DAY);
    expect(new Set(queries.map(({ id }) => id)).size).toBe(queries.length);
    const canBeRun = ({ cpuSeconds, parallelismCores, memoryBytes, arrivalSeconds }: Query): boolean =>
      cpuSeconds > 0 && parallelismCores >= 1 && memoryBytes > 0 && arrivalSeconds >= 0 && arrivalSeconds < DAY;
    expect(queries.filter((query) => !canBeRun(query))).toEqual([]);
  });
});

describe('level of a profile', () => {
  test.each([
    ['at the first point', 0, 1],
    ['halfway up a line', 3, 2],
    ['just before a jump', 5.999999, 3],
    ['at a jump → what follows', 6, 10],
    ['outside the points', 25, 0],
  ])('%s', (_title, hour, level) => {
    expect(
      levelAt(
        [
          [0, 1],
          [6, 3],
          [6, 10],
          [24, 0],
        ],
        hour,
      ),
    ).toBeCloseTo(level, 5);
  });
});
