import { lognormal, uniform } from '../random.ts';
import { completeQuery, guessedParallelismCores, type WorkloadDefaults } from './defaults.ts';
import { type Activity, DAY_LEVEL_P95, levelAt, MEMORY_BYTES_PER_CORE, OFFICE } from './office-shape.ts';
import type { Query } from './query.ts';
import { drawWork } from './work-size.ts';

/** What to generate. */
export interface GenerateOptions {
  /** Queries arrive before this second. */
  readonly untilSeconds: number;
  /** Its seed is the workload's seed. */
  readonly defaults: WorkloadDefaults;
}

/** Arrivals are drawn minute by minute, so a longer run begins with the shorter one. */
const SLOT_SECONDS = 60;
const SLOTS_PER_DAY = 1440;
const SATURDAY = 5;

/** A Poisson number by inversion; for small means. */
const poisson = (seed: number, entity: string, event: string, mean: number): number => {
  const target = uniform(seed, entity, event);
  let term = Math.exp(-mean);
  let sum = term;
  let count = 0;
  while (sum < target && term > 0) {
    count += 1;
    term *= mean / count;
    sum += term;
  }
  return count;
};

/** Mean groups in each minute of a working day. */
const groupsPerSlot = (activity: Activity): readonly number[] => {
  const levels = Array.from({ length: SLOTS_PER_DAY }, (_, slot) => levelAt(activity.profile, (slot + 0.5) / 60));
  const total = levels.reduce((sum, level) => sum + level, 0);
  return levels.map((level) => (activity.groupsPerDay * level) / total);
};

const dayLevel = (seed: number, activity: Activity, day: number): number => {
  const usual = day % 7 >= SATURDAY ? activity.weekendShare : 1;
  return usual * lognormal(seed, `${activity.source}/day-${day}`, 'level', 1, DAY_LEVEL_P95);
};

/** The square of a uniform draw favours the beginning of the list. */
const userOf = (seed: number, group: string, users: readonly string[]): string =>
  users[Math.floor(users.length * uniform(seed, group, 'user') ** 2)] ?? 'unknown';

const makeQuery = (
  activity: Activity,
  id: string,
  user: string,
  arrivalSeconds: number,
  defaults: WorkloadDefaults,
): Query => {
  const cpuSeconds = drawWork(defaults.seed, id, activity.work);
  const parallelismCores = guessedParallelismCores(cpuSeconds, defaults);
  const memoryBytes = parallelismCores * MEMORY_BYTES_PER_CORE;
  return completeQuery(
    { id, arrivalSeconds, cpuSeconds, parallelismCores, memoryBytes, user, source: activity.source },
    defaults,
  );
};

const makeGroup = (activity: Activity, group: string, slot: number, defaults: WorkloadDefaults): readonly Query[] => {
  const { seed } = defaults;
  const start = (slot + uniform(seed, group, 'start')) * SLOT_SECONDS;
  const user = userOf(seed, group, activity.users);
  const count = 1 + poisson(seed, group, 'queries', activity.groupQueries - 1);
  return Array.from({ length: count }, (_, index) => {
    const id = `${group}/${index}`;
    return makeQuery(activity, id, user, start + activity.groupSpreadSeconds * uniform(seed, id, 'offset'), defaults);
  });
};

const makeSlot = (
  activity: Activity,
  slot: number,
  meanGroups: number,
  defaults: WorkloadDefaults,
): readonly Query[] => {
  const entity = `${activity.source}/${slot}`;
  const groups = poisson(defaults.seed, entity, 'groups', meanGroups);
  return Array.from({ length: groups }, (_, index) => makeGroup(activity, `${entity}/${index}`, slot, defaults)).flat();
};

const makeActivity = (activity: Activity, { untilSeconds, defaults }: GenerateOptions): readonly Query[] => {
  const means = groupsPerSlot(activity);
  const slots = Math.ceil(untilSeconds / SLOT_SECONDS);
  return Array.from({ length: Math.ceil(slots / SLOTS_PER_DAY) }, (_, day) => {
    const level = dayLevel(defaults.seed, activity, day);
    const first = day * SLOTS_PER_DAY;
    return means
      .slice(0, slots - first)
      .flatMap((mean, minute) => (mean === 0 ? [] : makeSlot(activity, first + minute, mean * level, defaults)));
  }).flat();
};

/**
 * An office: a quiet night with a nightly chain, a rush at nine, a dip at lunch, an afternoon; from Monday 00:00, each
 * day a little different, weekends quieter. Belongs wholly to the seed, and a longer run begins with the shorter one.
 *
 * A working day has about 9,480 queries of 1,138 core-seconds on average (see `office-shape.ts` for the parts): 125 cores
 * around the clock. Queries come in no particular order.
 */
export const generateOffice = (options: GenerateOptions): readonly Query[] =>
  OFFICE.flatMap((activity) => makeActivity(activity, options)).filter(
    (query) => query.arrivalSeconds < options.untilSeconds,
  );
