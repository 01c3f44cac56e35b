/**
 * What successive samples teach: busy cores and work per query of each class, and the rates at which work is served
 * and arrives. Findings behind the estimators: busy cores per query learned while the cluster is not full, and an
 * averaging window that grows with the spread of work per query (docs/decisions/0003-estimating-work.md).
 */
import type { ClassMemory, Memory, RateMemory } from './memory.ts';
import type { QueryClassSample, WorkloadSample } from './model.ts';
import type { EpochSeconds } from './quantities.ts';

/** Classes kept; the least recently seen ones are forgotten first. */
export const MOST_CLASSES = 16;
/** Busy cores per query are learned below this share of busy cores: a full cluster shows its own size, not the query's. */
const FULL_SHARE = 0.8;
/** Query seconds after which what was learned about busy cores has faded by e. */
const BUSY_FADE_LIVE_SECONDS = 3600;
/** Finished queries after which what was learned about work has faded by e. */
const WORK_FADE_QUERIES = 100;
const SPREAD_FADE_QUERIES = 300;
/** Relative noise that is accepted in the rate of arriving work. */
const RATE_NOISE = 0.25;
export const SHORTEST_WINDOW_SECONDS = 60;
export const LONGEST_WINDOW_SECONDS = 900;

/** Short averages of arriving work, in which a burst shows before the long one has noticed. */
const SHORT_WINDOWS_SECONDS = [30, 60, 120] as const;

export interface Learned {
  readonly classes: Readonly<Record<string, ClassMemory>>;
  readonly rate?: RateMemory;
}

interface Progress {
  readonly cpuSeconds: number;
  readonly finished: number;
  readonly finishedCpuSeconds: number;
  readonly arrived: number;
}

/** What a class did between two samples; undefined after an engine restart, which sets counters back. */
const progressOf = (one: QueryClassSample, before: ClassMemory): Progress | undefined => {
  const finished = one.finishedQueries - before.finishedQueries;
  const finishedCpuSeconds = one.finishedCpuSeconds - before.finishedCpuSeconds;
  if (finished < 0 || finishedCpuSeconds < -0.01) return undefined;
  const cpuSeconds = Math.max(0, one.cpuSecondsUsed + one.finishedCpuSeconds - before.cpuSeconds);
  // A query that its group holds back arrives when the group lets it go: until then more workers do not help it.
  const arrived = Math.max(0, finished + one.live - before.live);
  return { cpuSeconds, finished, finishedCpuSeconds: Math.max(0, finishedCpuSeconds), arrived };
};

/** Memory is one small table item; milliseconds of CPU are fine enough. */
const rounded = (value: number): number => Math.round(value * 1000) / 1000;

const firstSight = (one: QueryClassSample, at: EpochSeconds): ClassMemory => ({
  seenAt: at,
  cpuSeconds: rounded(one.cpuSecondsUsed + one.finishedCpuSeconds),
  finishedQueries: one.finishedQueries,
  finishedCpuSeconds: rounded(one.finishedCpuSeconds),
  live: one.live,
  held: one.held,
  busyCpuDecayed: 0,
  busyLiveDecayed: 0,
  workDecayed: rounded(one.finishedCpuSeconds),
  workCountDecayed: one.finishedQueries,
});

/** After an engine restart the counters begin anew; what was learned stands. */
const rebased = (one: QueryClassSample, before: ClassMemory, at: EpochSeconds): ClassMemory => ({
  ...firstSight(one, at),
  busyCpuDecayed: before.busyCpuDecayed,
  busyLiveDecayed: before.busyLiveDecayed,
  workDecayed: before.workDecayed,
  workCountDecayed: before.workCountDecayed,
});

/** A class in which nothing lives and nothing has happened teaches nothing. */
const isQuiet = (one: QueryClassSample, before: ClassMemory): boolean =>
  one.live === 0 &&
  one.held === 0 &&
  before.live === 0 &&
  before.held === 0 &&
  one.finishedQueries === before.finishedQueries &&
  rounded(one.finishedCpuSeconds) === before.finishedCpuSeconds;

const advanceClass = (
  one: QueryClassSample,
  before: ClassMemory,
  progress: Progress,
  tick: { readonly at: EpochSeconds; readonly seconds: number; readonly full: boolean },
): ClassMemory => {
  const liveSeconds = ((before.live + one.live) / 2) * tick.seconds;
  const busyFade = tick.full ? 1 : Math.exp(-liveSeconds / BUSY_FADE_LIVE_SECONDS);
  const workFade = progress.finished === 0 ? 1 : Math.exp(-progress.finished / WORK_FADE_QUERIES);
  return {
    seenAt: tick.at,
    cpuSeconds: rounded(one.cpuSecondsUsed + one.finishedCpuSeconds),
    finishedQueries: one.finishedQueries,
    finishedCpuSeconds: rounded(one.finishedCpuSeconds),
    live: one.live,
    held: one.held,
    busyCpuDecayed: rounded(before.busyCpuDecayed * busyFade + (tick.full ? 0 : progress.cpuSeconds)),
    busyLiveDecayed: rounded(before.busyLiveDecayed * busyFade + (tick.full ? 0 : liveSeconds)),
    workDecayed: rounded(before.workDecayed * workFade + progress.finishedCpuSeconds),
    workCountDecayed: rounded(before.workCountDecayed * workFade + progress.finished),
  };
};

const mostRecent = (classes: Record<string, ClassMemory>): Record<string, ClassMemory> => {
  const names = Object.keys(classes);
  if (names.length <= MOST_CLASSES) return classes;
  const kept = names
    .sort((a, b) => (classes[b]?.seenAt ?? 0) - (classes[a]?.seenAt ?? 0) || (a < b ? -1 : 1))
    .slice(0, MOST_CLASSES);
  return Object.fromEntries(kept.map((name) => [name, classes[name] as ClassMemory]));
};

/** Mean work of a class, core-seconds; undefined before anything of it has finished. */
export const meanWork = (one: ClassMemory | undefined): number | undefined =>
  one === undefined || one.workCountDecayed < 0.5 ? undefined : one.workDecayed / one.workCountDecayed;

/** Cores that one query of a class keeps busy when it may; undefined before it was seen on a cluster that was not full. */
export const busyCoresPerQuery = (one: ClassMemory | undefined): number | undefined =>
  one === undefined || one.busyLiveDecayed < 1 ? undefined : one.busyCpuDecayed / one.busyLiveDecayed;

/**
 * Seconds over which the rate of arriving work is averaged. With work w per query and d cores arriving, the rate seen
 * over a window A has a relative standard deviation of √(E[w²]/(E[w]·d·A)); A is chosen for {@link RATE_NOISE}.
 */
export const averagingWindow = (rate: RateMemory): number => {
  if (rate.workSum <= 0) return SHORTEST_WINDOW_SECONDS;
  const arriving = Math.max(1, rate.servedCores, rate.arrivedCores);
  const window = sizeBiasedWork(rate) / (RATE_NOISE * RATE_NOISE * arriving);
  return Math.min(LONGEST_WINDOW_SECONDS, Math.max(SHORTEST_WINDOW_SECONDS, window));
};

interface Totals {
  finished: number;
  work: number;
  square: number;
  arrivedWork: number;
}

/** Σw² of a batch of j queries with mean x around the known mean m: j·x² plus the spread that the batch mean hides. */
const squareOfBatch = (progress: Progress, before: ClassMemory): number => {
  const mean = progress.finishedCpuSeconds / progress.finished;
  const known = meanWork(before) ?? mean;
  const hidden = (progress.finished - 1) * progress.finished * (mean - known) ** 2;
  return progress.finished * mean * mean + hidden;
};

const addTotals = (totals: Totals, progress: Progress, before: ClassMemory, after: ClassMemory): void => {
  if (progress.finished > 0) {
    totals.finished += progress.finished;
    totals.work += progress.finishedCpuSeconds;
    totals.square += squareOfBatch(progress, before);
  }
  totals.arrivedWork += progress.arrived * (meanWork(after) ?? 0);
};

const recent = (before: RateMemory, cores: number, seconds: number): number[] => [
  cores,
  ...SHORT_WINDOWS_SECONDS.map((window, index) => {
    const last = before.recentCores[index + 1] ?? 0;
    return last + (1 - Math.exp(-seconds / window)) * (cores - last);
  }),
];

/** E[w²]/E[w]: the work of the query that a random core-second belongs to. */
const sizeBiasedWork = (rate: RateMemory): number => (rate.workSum <= 0 ? 0 : rate.workSquareSum / rate.workSum);

/**
 * Cores of work arriving. The long averages are what is usual; a short window counts with what it proves: its rate r
 * less `sigmas` standard deviations of chance, √(r·E[w²]/E[w]/A) for a window A (twice the time constant of a decaying one).
 */
export const arrivalCores = (rate: RateMemory | undefined, sigmas: number): number => {
  if (rate === undefined) return 0;
  const biased = sizeBiasedWork(rate);
  const proven = rate.recentCores.map((cores, index) => {
    const window = index === 0 ? rate.tickSeconds : 2 * (SHORT_WINDOWS_SECONDS[index - 1] ?? 1);
    return cores - sigmas * Math.sqrt((cores * biased) / Math.max(1, window));
  });
  return Math.max(rate.servedCores, rate.arrivedCores, ...proven);
};

const advanceRate = (before: RateMemory, sample: WorkloadSample, total: number, totals: Totals): RateMemory => {
  const seconds = sample.takenAt - before.at;
  const served = total - before.cpuSecondsTotal;
  if (seconds <= 0) return before;
  if (served < 0) return { ...before, at: sample.takenAt, cpuSecondsTotal: total };
  const weight = 1 - Math.exp(-seconds / averagingWindow(before));
  const fade = Math.exp(-totals.finished / SPREAD_FADE_QUERIES);
  return {
    at: sample.takenAt,
    cpuSecondsTotal: total,
    servedCores: before.servedCores + weight * (served / seconds - before.servedCores),
    arrivedCores: before.arrivedCores + weight * (totals.arrivedWork / seconds - before.arrivedCores),
    recentCores: recent(before, totals.arrivedWork / seconds, seconds),
    tickSeconds: seconds,
    workSum: before.workSum * fade + totals.work,
    workSquareSum: before.workSquareSum * fade + totals.square,
    workCount: before.workCount * fade + totals.finished,
  };
};

const firstRate = (sample: WorkloadSample, total: number): RateMemory => ({
  at: sample.takenAt,
  cpuSecondsTotal: total,
  servedCores: 0,
  arrivedCores: 0,
  recentCores: [],
  tickSeconds: 0,
  workSum: 0,
  workSquareSum: 0,
  workCount: 0,
});

/** A cluster whose ready cores are nearly all busy hides how many a query would keep busy. */
const isFull = (sample: WorkloadSample, before: RateMemory | undefined): boolean => {
  if (before === undefined || sample.cpuSecondsTotal === undefined || sample.readyCores === undefined) return true;
  const seconds = sample.takenAt - before.at;
  const busy = seconds > 0 ? (sample.cpuSecondsTotal - before.cpuSecondsTotal) / seconds : 0;
  return busy > FULL_SHARE * (sample.readyCores + (sample.drainingCores ?? 0));
};

interface LearnedClasses {
  readonly classes: Readonly<Record<string, ClassMemory>>;
  readonly totals: Totals;
}

const learnClasses = (memory: Memory, sample: WorkloadSample): LearnedClasses => {
  const totals: Totals = { finished: 0, work: 0, square: 0, arrivedWork: 0 };
  const at = sample.takenAt;
  const tick = { at, seconds: at - (memory.rate?.at ?? at), full: isFull(sample, memory.rate) };
  const changed: Record<string, ClassMemory> = {};
  for (const one of sample.classes ?? []) {
    const before = memory.classes[one.name];
    if (before !== undefined && isQuiet(one, before)) continue;
    const progress = before === undefined ? undefined : progressOf(one, before);
    if (before === undefined || progress === undefined) {
      changed[one.name] = before === undefined ? firstSight(one, at) : rebased(one, before, at);
      continue;
    }
    const after = advanceClass(one, before, progress, tick);
    changed[one.name] = after;
    addTotals(totals, progress, before, after);
  }
  return { classes: mostRecent({ ...memory.classes, ...changed }), totals };
};

/** Learns from one believable sample; the same sample twice teaches nothing the second time. */
export const learn = (memory: Memory, sample: WorkloadSample): Learned => {
  if (memory.rate !== undefined && sample.takenAt <= memory.rate.at) return memory;
  const { classes, totals } = learnClasses(memory, sample);
  const total = sample.cpuSecondsTotal;
  if (total === undefined) return { classes, ...(memory.rate === undefined ? {} : { rate: memory.rate }) };
  const rate = memory.rate === undefined ? firstRate(sample, total) : advanceRate(memory.rate, sample, total, totals);
  return { classes, rate };
};
