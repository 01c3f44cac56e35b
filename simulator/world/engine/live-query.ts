import type { Query } from '../../workload/query.ts';
import type { ClassTally } from './query-classes.ts';

/** Where a live query stands on its way through the engine. */
export type Phase =
  /** Behind its resource group's limit. */
  | 'held'
  /** Until enough workers are active. */
  | 'waiting'
  /** Started, and until its memory is free it does nothing. */
  | 'blocked'
  | 'running';

/** One query between submission and end. The fields that change belong to the engine's parts. */
export interface LiveQuery {
  readonly query: Query;
  /** Place in the order of submission; decides all ties. */
  readonly order: number;
  readonly submittedAt: number;
  readonly tally: ClassTally;
  phase: Phase;
  /** Since when it waits for workers. */
  waitingSince: number;
  /** NaN before it starts. */
  startedAt: number;
  stage: 'source' | 'later';
  /** When its tasks were placed, on the worker pool's own count of changes; Infinity: no tasks placed. */
  placedAt: number;
  /** Ordinal of the newest worker at that moment; 0: none. Later stages may use workers up to it. */
  level: number;
  /** CPU seconds that losses of workers made it do again. */
  redoneCpuSeconds: number;
}

/** A query that has just been submitted. */
export const newLiveQuery = (query: Query, order: number, now: number, tally: ClassTally): LiveQuery => ({
  query,
  order,
  submittedAt: now,
  tally,
  phase: 'held',
  waitingSince: now,
  startedAt: Number.NaN,
  stage: query.sourceShare > 0 ? 'source' : 'later',
  placedAt: Number.POSITIVE_INFINITY,
  level: 0,
  redoneCpuSeconds: 0,
});

const sourceWork = ({ query }: LiveQuery): number => query.sourceShare * query.cpuSeconds;

/** CPU seconds of the stage it is in, without what is done again. */
export const stageWork = (live: LiveQuery): number =>
  live.stage === 'source' ? sourceWork(live) : live.query.cpuSeconds - sourceWork(live);

/** CPU seconds burnt so far by a running query that has this much of its present stage left. */
export const cpuUsed = (live: LiveQuery, remaining: number): number =>
  (live.stage === 'source' ? sourceWork(live) : live.query.cpuSeconds) + live.redoneCpuSeconds - remaining;

/** Whether anything follows the source stage. */
export const hasLaterStage = (live: LiveQuery): boolean => live.query.cpuSeconds - sourceWork(live) > 0;
