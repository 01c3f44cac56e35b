/** Counts and ages over all live queries. */

import type { WorkloadSample } from '../../lambdas/core/model.ts';
import { workers as workerCount } from '../../lambdas/core/quantities.ts';
import type { ClusterReading, LiveQuery, WorkerReading } from './reading.ts';

/** Which of the queued queries their group's limit holds back. */
export interface QueueSplit {
  /** Queued for another reason than the limit of their own group. Absent: unknown. */
  readonly queued?: number;
  /** Absent: unknown. */
  readonly held?: number;
  /** Which are held; where the engine tells only how many, the youngest; none where all count as queued. */
  readonly heldOnes?: ReadonlySet<LiveQuery>;
}

const inStage = (queries: readonly LiveQuery[], stage: LiveQuery['stage']): number =>
  queries.filter((query) => query.stage === stage).length;

const splitAt = (queued: readonly LiveQuery[], held: readonly LiveQuery[]): QueueSplit => ({
  queued: queued.length - held.length,
  held: held.length,
  heldOnes: new Set(held),
});

/**
 * Engines queue for resource groups only. Trino's queries say themselves whether they are held. PrestoDB's
 * `adjustedQueueSize` is how many of them their own group's limit would let run, and not which: the oldest are taken to
 * be those. Where the version does not give it, all count as queued: they may be demand. Where this reading of it failed,
 * neither is known.
 * @param queries oldest first
 */
export const splitQueue = (queries: readonly LiveQuery[], cluster: ClusterReading | undefined): QueueSplit => {
  const queued = queries.filter(({ stage }) => stage === 'queued');
  if (queued.length === 0) return splitAt([], []);
  if (queued.some(({ held }) => held === 'unknown')) return {};
  if (queued.every(({ held }) => held !== undefined)) {
    return splitAt(
      queued,
      queued.filter(({ held }) => held === true),
    );
  }
  if (cluster === undefined) return {};
  if (cluster.adjustedQueueSize === undefined) return { queued: queued.length, heldOnes: new Set() };
  return splitAt(queued, queued.slice(cluster.adjustedQueueSize));
};

const largest = (values: readonly number[]): number => values.reduce((most, one) => Math.max(most, one), 0);

interface Started {
  readonly running: number;
  /** Nobody can work on them: capacity is what they wait for. */
  readonly withoutWorkers: number;
}

/** For minutes after its last worker was lost, PrestoDB calls a query RUNNING. */
const startedQueries = (queries: readonly LiveQuery[], workers: readonly WorkerReading[] | undefined): Started => {
  const starting = inStage(queries, 'starting');
  const running = inStage(queries, 'running');
  if (workers === undefined || workers.some(({ standing }) => standing === 'active')) {
    return { running: starting + running, withoutWorkers: 0 };
  }
  return workers.length > 0
    ? { running, withoutWorkers: starting }
    : { running: 0, withoutWorkers: starting + running };
};

type QueryTotals = Pick<
  WorkloadSample,
  | 'runningQueries'
  | 'queuedQueries'
  | 'waitingForWorkersQueries'
  | 'groupHeldQueries'
  | 'blockedOnMemoryQueries'
  | 'requiredWorkers'
  | 'oldestWaitSeconds'
  | 'oldestRunningSeconds'
>;

interface Required {
  /** As the engine says; PrestoDB tells nobody, and Trino may fail to. */
  readonly told: number | undefined;
  /** query-manager.required-workers of the engine. */
  readonly configured: number;
}

/** A query that came after the engine was asked for its number requires what is configured. */
const requiredOf = ({ told = 0, configured }: Required, waiting: number): number => {
  if (told > 0) return told;
  return waiting > 0 ? configured : 0;
};

/** Counts and ages over all live queries. */
export const queryTotals = (
  queries: readonly LiveQuery[],
  { queued, held }: QueueSplit,
  workers: readonly WorkerReading[] | undefined,
  required: Required,
): QueryTotals => {
  const waiting = inStage(queries, 'waitingForWorkers');
  const { running, withoutWorkers } = startedQueries(queries, workers);
  const waits = queries.filter(({ stage }) => stage === 'queued' || stage === 'waitingForWorkers');
  return {
    runningQueries: running,
    ...(queued === undefined ? {} : { queuedQueries: queued + withoutWorkers }),
    waitingForWorkersQueries: waiting,
    ...(held === undefined ? {} : { groupHeldQueries: held }),
    blockedOnMemoryQueries: queries.filter(({ blockedOnMemory }) => blockedOnMemory).length,
    requiredWorkers: workerCount(requiredOf(required, waiting)),
    oldestWaitSeconds: largest(waits.map(({ ageSeconds }) => ageSeconds)),
    oldestRunningSeconds: largest(queries.map(({ runningSeconds }) => runningSeconds)),
  };
};
