/**
 * What dashboards show of an engine and decisions do not rest on. It stays out of the sample, which is one small table
 * item. What a reading lacks, it lacks.
 */
import type { EpochSeconds } from '../../lambdas/core/quantities.ts';
import type { EngineIdentity, EngineReading, LiveQuery } from './reading.ts';

export interface EngineDetails {
  readonly engine?: EngineIdentity;
  /** Running queries all of whose drivers wait for something. */
  readonly blockedQueries?: number;
  /** Drivers (splits of a pipeline, each on one thread) with a thread; PrestoDB counts those that wait for others too. */
  readonly runningSplits?: number;
  /** Drivers that wait for a thread. */
  readonly queuedSplits?: number;
  /** Cores that queries kept busy, on average over about the last minute. */
  readonly busyCores?: number;
  /** Reserved by queries that wait for more. */
  readonly blockedMemoryBytes?: number;
  /** Nodes with so little free memory that queries wait on them; PrestoDB does not tell. */
  readonly memoryBlockedNodes?: number;
}

/** The CPU total at a moment. */
export interface CpuMark {
  readonly at: EpochSeconds;
  readonly cpuSeconds: number;
}

/**
 * Engines learn every few seconds what their tasks have used, and tell the total rounded: over a shorter time than this
 * its rise says little.
 */
const LEAST_SECONDS = 10;
const MOST_SECONDS = 60;

/** The marks that are still needed, with a new one. */
export const withMark = (
  marks: readonly CpuMark[],
  at: EpochSeconds,
  cpuSeconds: number | undefined,
): readonly CpuMark[] => {
  const kept = marks.filter((mark) => at - mark.at <= MOST_SECONDS && mark.at < at);
  return cpuSeconds === undefined ? kept : [...kept, { at, cpuSeconds }];
};

/**
 * Busy cores are the rise of the CPU total over the time it took, not the sum of what processes say of their load: that
 * would take a request to every worker at each reading, and count the engine's own work and that of its neighbours.
 */
const busyCoresOf = (marks: readonly CpuMark[]): number | undefined => {
  const first = marks[0];
  const last = marks.at(-1);
  if (first === undefined || last === undefined || last.at - first.at < LEAST_SECONDS) return undefined;
  return Math.round(((last.cpuSeconds - first.cpuSeconds) / (last.at - first.at)) * 100) / 100;
};

const sum = (queries: readonly LiveQuery[], pick: (query: LiveQuery) => number): number =>
  queries.reduce((total, query) => total + pick(query), 0);

const ofQueries = (queries: readonly LiveQuery[]): Partial<EngineDetails> => {
  const started = queries.filter(({ stage }) => stage === 'running' || stage === 'starting');
  const blocked = started.filter((query) => query.blocked ?? query.blockedOnMemory);
  const queuedSplits = sum(started, ({ queuedDrivers }) => queuedDrivers ?? 0);
  return {
    blockedQueries: blocked.length,
    runningSplits: sum(started, ({ drivers }) => drivers) - queuedSplits,
    queuedSplits,
    blockedMemoryBytes: sum(
      started.filter(({ blockedOnMemory }) => blockedOnMemory),
      ({ memoryBytes }) => memoryBytes,
    ),
  };
};

/** @param marks with the one of this reading */
export const detailsOf = ({ engine, queries, cluster }: EngineReading, marks: readonly CpuMark[]): EngineDetails => {
  const busyCores = cluster?.cpuSecondsTotal === undefined ? undefined : busyCoresOf(marks);
  return {
    ...(engine === undefined ? {} : { engine }),
    ...(queries === undefined ? {} : ofQueries(queries)),
    ...(busyCores === undefined ? {} : { busyCores }),
    ...(cluster?.memoryBlockedNodes === undefined ? {} : { memoryBlockedNodes: cluster.memoryBlockedNodes }),
  };
};
