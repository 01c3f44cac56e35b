/**
 * What happens in the office. Invented, not fitted: the numbers are chosen so that a working day asks for about
 * 125 cores on average and several hundred at its peak, as the CAB day does at 200 times its work, but with a long tail
 * of sizes, which that day lacks.
 */
import type { WorkSize } from './work-size.ts';

/** [hour of the day, level]: straight lines between the points; two points at one hour are a jump. */
export type DayProfile = readonly (readonly [hour: number, level: number])[];

/** One kind of use. Queries come in groups that start together: a dashboard's tiles, a chain's steps, or just one. */
export interface Activity {
  readonly source: string;
  /** The earlier in the list, the more they ask. */
  readonly users: readonly string[];
  /** Mean number of groups on a working day. */
  readonly groupsPerDay: number;
  /** How the groups fall on the day; only the ratios matter. */
  readonly profile: DayProfile;
  /** Groups on a Saturday or Sunday, as a share of a working day's. */
  readonly weekendShare: number;
  /** Mean number of queries of a group, at least 1. */
  readonly groupQueries: number;
  /** A group's queries start within so many seconds. */
  readonly groupSpreadSeconds: number;
  readonly work: WorkSize;
}

const NO_TAIL = { tailShare: 0, tailLowestCpuSeconds: 1, tailHighestCpuSeconds: 1, tailExponent: 2 };

/** Bursts all day, a rush at nine. 350 × 12 queries of 160 core-seconds on average: 0.67 M a day. */
const DASHBOARDS: Activity = {
  source: 'dashboards',
  users: ['bi-sales', 'bi-operations', 'bi-finance'],
  groupsPerDay: 350,
  profile: [
    [0, 0.05],
    [7, 0.05],
    [8, 0.4],
    [9, 0.9],
    [9, 4],
    [9.2, 4],
    [9.2, 1],
    [12, 1],
    [12.5, 0.5],
    [13.5, 0.5],
    [14, 1],
    [17, 0.9],
    [19, 0.15],
    [24, 0.05],
  ],
  weekendShare: 0.3,
  groupQueries: 12,
  groupSpreadSeconds: 15,
  work: { medianCpuSeconds: 60, p95CpuSeconds: 600, ...NO_TAIL },
};

/** People at their desks. 5,000 queries of 1,790 core-seconds on average: 8.95 M a day, most of all work. */
const AD_HOC: Activity = {
  source: 'ad-hoc',
  users: ['ana', 'ben', 'chen', 'dora', 'emil', 'fatima', 'goran'],
  groupsPerDay: 5_000,
  profile: [
    [0, 0.02],
    [7, 0.02],
    [8.5, 0.25],
    [9, 0.5],
    [9.5, 1],
    [11.75, 1],
    [12.25, 0.5],
    [13.25, 0.5],
    [14, 1],
    [16.5, 0.95],
    [18, 0.4],
    [20, 0.1],
    [24, 0.02],
  ],
  weekendShare: 0.12,
  groupQueries: 1,
  groupSpreadSeconds: 0,
  work: {
    medianCpuSeconds: 200,
    p95CpuSeconds: 4_000,
    tailShare: 0.08,
    tailLowestCpuSeconds: 3_000,
    tailHighestCpuSeconds: 200_000,
    tailExponent: 1.2,
  },
};

const FULL_HOURS = [7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18];
const ONE_MINUTE_HOURS = 1 / 60;

/** Sent at every full hour. 180 queries of 1,519 core-seconds on average: 0.27 M a day. */
const REPORTS: Activity = {
  source: 'reports',
  users: ['report-runner'],
  groupsPerDay: 180,
  profile: FULL_HOURS.flatMap((hour) => [
    [hour, 0],
    [hour, 1],
    [hour + ONE_MINUTE_HOURS, 1],
    [hour + ONE_MINUTE_HOURS, 0],
  ]),
  weekendShare: 0.5,
  groupQueries: 1,
  groupSpreadSeconds: 0,
  work: { medianCpuSeconds: 1_000, p95CpuSeconds: 4_500, ...NO_TAIL },
};

/** The nightly chain, one to five. 34 × 3 queries of 8,742 core-seconds on average: 0.89 M a day. */
const ETL: Activity = {
  source: 'etl',
  users: ['etl-nightly'],
  groupsPerDay: 34,
  profile: [
    [0, 0],
    [1, 0],
    [1, 1],
    [4, 1],
    [5, 0],
    [24, 0],
  ],
  weekendShare: 0.9,
  groupQueries: 3,
  groupSpreadSeconds: 60,
  work: { medianCpuSeconds: 6_000, p95CpuSeconds: 25_000, ...NO_TAIL },
};

export const OFFICE: readonly Activity[] = [DASHBOARDS, AD_HOC, REPORTS, ETL];

/** A busy working day asks for so many times the usual, at its 95th percentile; the median day asks for the usual. */
export const DAY_LEVEL_P95 = 1.2;

/** Memory a query reserves for each core it keeps busy: a guess. */
export const MEMORY_BYTES_PER_CORE = 256 * 1024 ** 2;

/** Level of a profile at an hour of the day (0–24); 0 outside its points. */
export const levelAt = (profile: DayProfile, hour: number): number => {
  const after = profile.findIndex(([end]) => end > hour);
  const [start, end] = [profile[after - 1], profile[after]];
  if (start === undefined || end === undefined) return 0;
  return start[1] + ((end[1] - start[1]) * (hour - start[0])) / (end[0] - start[0]);
};
