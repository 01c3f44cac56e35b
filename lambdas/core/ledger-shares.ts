/**
 * Whose CPU seconds the money went into: what the engine tells of its classes of queries, as shares of the CPU seconds
 * that were there. Classes are told apart by source and resource group; their users share a row, or rows would not end.
 */
import { OTHER, type Part, roundedUsd } from './ledger-part.ts';
import type { ClassMemory, Memory } from './memory.ts';
import type { QueryClassSample, WorkloadSample } from './model.ts';

/** Rows kept; the cheapest ones share the row {@link OTHER}. */
export const MOST_SHARES = 8;
/** Counters of classes are remembered to the millisecond: so much less than the engine's own is no other query. */
const DUST_CPU_SECONDS = 0.05;

/** What the engine did since it was last heard of. */
export interface Work {
  /** CPU seconds by row. */
  readonly cpuSeconds: ReadonlyMap<string, number>;
  /** CPU seconds of all queries; those of no row included. */
  readonly totalCpuSeconds: number;
  /** Queries that finished. */
  readonly queries: number;
}

/** `source|user|group` without the user; what has another form has no row of its own. */
export const rowOf = (className: string): string => {
  const parts = className.split('|');
  return parts.length < 3 ? OTHER : `${parts[0]}|${parts.at(-1)}`;
};

const progressOf = (one: QueryClassSample, before: ClassMemory | undefined) => {
  // Counters that nobody has seen before say nothing of the time since.
  if (before === undefined) return { cpu: 0, finished: 0 };
  const finished = one.finishedQueries - before.finishedQueries;
  if (finished < 0) return { cpu: 0, finished: 0 };
  return { cpu: Math.max(0, one.cpuSecondsUsed + one.finishedCpuSeconds - before.cpuSeconds), finished };
};

/**
 * What was done between the sample before and this one. Undefined where that cannot be told: the first sample, an engine
 * that has started anew, one without classes or without a CPU counter.
 */
export const workSince = ({ classes, rate }: Memory, sample: WorkloadSample | undefined): Work | undefined => {
  if (sample?.classes === undefined || sample.cpuSecondsTotal === undefined || rate === undefined) return undefined;
  const total = sample.cpuSecondsTotal - rate.cpuSecondsTotal;
  if (total < 0 || sample.takenAt <= rate.at) return undefined;
  const cpuSeconds = new Map<string, number>();
  let queries = 0;
  let known = 0;
  for (const one of sample.classes) {
    const { cpu, finished } = progressOf(one, classes[one.name]);
    const row = rowOf(one.name);
    queries += finished;
    known += cpu;
    if (cpu > 0) cpuSeconds.set(row, (cpuSeconds.get(row) ?? 0) + cpu);
  }
  const rest = total - known;
  if (rest > DUST_CPU_SECONDS) cpuSeconds.set(OTHER, (cpuSeconds.get(OTHER) ?? 0) + rest);
  return { cpuSeconds, totalCpuSeconds: Math.max(total, known), queries };
};

type Shares = Readonly<Record<string, number>>;

const cappedShares = (shares: Shares): Shares => {
  const named = Object.entries(shares).filter(([row]) => row !== OTHER);
  if (named.length <= MOST_SHARES) return shares;
  const byCost = named.toSorted(([a, one], [b, two]) => two - one || (a < b ? -1 : 1));
  const rest = byCost.slice(MOST_SHARES).reduce((sum, [, usd]) => sum + usd, shares[OTHER] ?? 0);
  return { ...Object.fromEntries(byCost.slice(0, MOST_SHARES)), [OTHER]: roundedUsd(rest) };
};

/**
 * Gives out dollars by the CPU seconds that they paid for.
 * @param usd what was spent meanwhile
 * @param coreSeconds CPU seconds that were there for it
 */
export const shared = (part: Part, work: Work, usd: number, coreSeconds: number): Part => {
  const whole = Math.max(coreSeconds, work.totalCpuSeconds);
  if (whole <= 0 || usd <= 0) return part;
  const usdPerCpuSecond = usd / whole;
  const shares: Record<string, number> = { ...part.shares };
  for (const [row, cpu] of work.cpuSeconds) {
    shares[row] = roundedUsd((Object.hasOwn(shares, row) ? (shares[row] ?? 0) : 0) + cpu * usdPerCpuSecond);
  }
  const idleUsd = part.idleUsd + (whole - work.totalCpuSeconds) * usdPerCpuSecond;
  return { ...part, shares: cappedShares(shares), idleUsd: roundedUsd(idleUsd) };
};

/** Counts queries that finished. */
export const withQueries = (part: Part, { queries }: Work): Part => ({
  ...part,
  queries: (part.queries ?? 0) + queries,
});
