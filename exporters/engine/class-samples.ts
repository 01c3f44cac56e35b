/** The classes of a sample, from live queries and what was tracked. */
import type { QueryClassSample } from '../../lambdas/core/model.ts';
import { cores } from '../../lambdas/core/quantities.ts';
import type { ClassSlot } from './class-slots.ts';
import type { QueueSplit } from './query-totals.ts';
import type { LiveQuery } from './reading.ts';
import { bySlot } from './tracking.ts';

/** Hundredths are fine enough, and keep a sample small. Rounding down lets no counter fall. */
const hundredths = (value: number): number => Math.floor(value * 100) / 100;

/**
 * Cores that live queries could use at once. The estimate is drivers: each is one thread, and those that run and those
 * that are queued are all that could work now. It is too high for drivers that wait for others (PrestoDB counts them as
 * running), and too low for scans, of which only so many splits are handed out as the present workers may hold.
 * A query without tasks yet is taken for a usual one of its class; where none has run yet, the sum is unknown.
 */
const parallelismOf = (queries: readonly LiveQuery[], { driversEach }: ClassSlot): number | undefined => {
  let sum = 0;
  for (const { stage, drivers } of queries) {
    const hasTasks = stage === 'running' || drivers > 0;
    const usable = hasTasks ? drivers : driversEach;
    if (usable === undefined) return undefined;
    sum += usable;
  }
  return Math.round(sum * 10) / 10;
};

const sampleOf = (slot: ClassSlot, queries: readonly LiveQuery[], held: ReadonlySet<LiveQuery>): QueryClassSample => {
  const live = queries.filter((query) => !held.has(query));
  const parallelism = parallelismOf(live, slot);
  return {
    name: slot.name,
    live: live.length,
    held: queries.length - live.length,
    cpuSecondsUsed: hundredths(queries.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0)),
    ...(parallelism === undefined ? {} : { parallelismCores: cores(parallelism) }),
    finishedQueries: slot.finishedQueries,
    finishedCpuSeconds: hundredths(slot.finishedCpuSeconds),
  };
};

/**
 * @param queries oldest first
 * @returns undefined when it is unknown how many are held
 */
export const classSamples = (
  slots: readonly ClassSlot[],
  queries: readonly LiveQuery[],
  { heldOnes }: QueueSplit,
): readonly QueryClassSample[] | undefined => {
  if (heldOnes === undefined) return undefined;
  const groups = bySlot(slots, queries);
  return slots.map((slot) => sampleOf(slot, groups.get(slot.name) ?? [], heldOnes));
};
