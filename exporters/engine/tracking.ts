/**
 * What has finished, from what is no longer live.
 *
 * PrestoDB's list of live queries has no counters per class, so they are kept here: a query that was live and is gone
 * has finished. What is missed between two readings: a query that came and went in between is not seen at all, and one
 * that failed or was cancelled counts like one that finished. The CPU it used after it was last seen is estimated, as
 * half the time between the readings at the cores it had, because it ended somewhere in between; without that, with
 * readings 15 s apart, the work of a 30-second query would be a quarter too small.
 */
import type { EpochSeconds } from '../../lambdas/core/quantities.ts';
import { assignSlots, type ClassSlot, slotNameOf } from './class-slots.ts';
import type { LiveQuery } from './reading.ts';

interface TrackedQuery {
  /** The slot under which it was told last. */
  readonly slot: string;
  readonly cpuSeconds: number;
  /** Cores it kept busy lately. */
  readonly busyCores: number;
}

export interface Tracked {
  /** Of the last reading that had queries. */
  readonly at: EpochSeconds;
  readonly live: ReadonlyMap<string, TrackedQuery>;
  readonly slots: readonly ClassSlot[];
}

/** After a gap in the readings nobody knows how long a query went on. */
const LONGEST_ESTIMATE_SECONDS = 30;
/** Weight of one reading in the mean drivers of a class. */
const DRIVERS_WEIGHT = 0.2;

const busyCoresOf = (query: LiveQuery, before: TrackedQuery | undefined, seconds: number): number => {
  const used = query.cpuSeconds - (before?.cpuSeconds ?? 0);
  const time = before === undefined ? query.runningSeconds : seconds;
  return time > 0 ? Math.max(0, used) / time : 0;
};

const finishedCpuSeconds = ({ cpuSeconds, busyCores }: TrackedQuery, seconds: number): number =>
  cpuSeconds + (busyCores * Math.min(seconds, LONGEST_ESTIMATE_SECONDS)) / 2;

/** Counts those that are gone for the slot under which they were told. */
const countFinished = (before: Tracked, liveIds: ReadonlySet<string>, seconds: number): readonly ClassSlot[] => {
  const finished = new Map<string, { queries: number; cpuSeconds: number }>();
  for (const [id, query] of before.live) {
    if (liveIds.has(id)) continue;
    const sum = finished.get(query.slot) ?? { queries: 0, cpuSeconds: 0 };
    sum.queries += 1;
    sum.cpuSeconds += finishedCpuSeconds(query, seconds);
    finished.set(query.slot, sum);
  }
  return before.slots.map((slot) => {
    const more = finished.get(slot.name);
    if (more === undefined) return slot;
    return {
      ...slot,
      finishedQueries: slot.finishedQueries + more.queries,
      finishedCpuSeconds: slot.finishedCpuSeconds + more.cpuSeconds,
    };
  });
};

const meanDrivers = (queries: readonly LiveQuery[]): number | undefined => {
  const working = queries.filter(({ drivers }) => drivers > 0);
  return working.length === 0 ? undefined : working.reduce((sum, { drivers }) => sum + drivers, 0) / working.length;
};

const learnDrivers = (slot: ClassSlot, queries: readonly LiveQuery[]): ClassSlot => {
  const now = meanDrivers(queries);
  if (now === undefined) return slot;
  const before = slot.driversEach ?? now;
  return { ...slot, driversEach: before + DRIVERS_WEIGHT * (now - before) };
};

/** Live queries by the slot under which they are told. */
export const bySlot = (
  slots: readonly ClassSlot[],
  queries: readonly LiveQuery[],
): ReadonlyMap<string, readonly LiveQuery[]> => {
  const groups = new Map<string, LiveQuery[]>();
  for (const query of queries) {
    const slot = slotNameOf(slots, query.className);
    const group = groups.get(slot);
    if (group === undefined) groups.set(slot, [query]);
    else group.push(query);
  }
  return groups;
};

/** @param queries oldest first */
export const track = (before: Tracked | undefined, queries: readonly LiveQuery[], at: EpochSeconds): Tracked => {
  const seconds = before === undefined ? 0 : Math.max(0, at - before.at);
  const ids = new Set(queries.map(({ id }) => id));
  const counted = before === undefined ? [] : countFinished(before, ids, seconds);
  const names = queries.map(({ className }) => className);
  const assigned = assignSlots(counted, names, at);
  const groups = bySlot(assigned, queries);
  const live = new Map<string, TrackedQuery>();
  for (const [slot, group] of groups) {
    for (const query of group) {
      const busyCores = busyCoresOf(query, before?.live.get(query.id), seconds);
      live.set(query.id, { slot, cpuSeconds: query.cpuSeconds, busyCores });
    }
  }
  return { at, live, slots: assigned.map((slot) => learnDrivers(slot, groups.get(slot.name) ?? [])) };
};
