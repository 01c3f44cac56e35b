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
}

const inStage = (queries: readonly LiveQuery[], stage: LiveQuery['stage']): number =>
  queries.filter((query) => query.stage === stage).length;

/**
 * PrestoDB queues for resource groups only; `adjustedQueueSize` is how many of them their own group's limit would let
 * run. Where the version does not give it, all count as queued: they may be demand. Where this reading of it failed, neither is known.
 */
export const splitQueue = (queries: readonly LiveQuery[], cluster: ClusterReading | undefined): QueueSplit => {
  const all = inStage(queries, 'queued');
  if (all === 0) return { queued: 0, held: 0 };
  if (cluster === undefined) return {};
  if (cluster.adjustedQueueSize === undefined) return { queued: all };
  const queued = Math.min(all, cluster.adjustedQueueSize);
  return { queued, held: all - queued };
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

/**
 * @param requiredWorkers query-manager.required-workers of the engine, which PrestoDB tells nobody
 */
export const queryTotals = (
  queries: readonly LiveQuery[],
  { queued, held }: QueueSplit,
  workers: readonly WorkerReading[] | undefined,
  requiredWorkers: number,
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
    requiredWorkers: workerCount(waiting > 0 ? requiredWorkers : 0),
    oldestWaitSeconds: largest(waits.map(({ ageSeconds }) => ageSeconds)),
    oldestRunningSeconds: largest(queries.map(({ runningSeconds }) => runningSeconds)),
  };
};
