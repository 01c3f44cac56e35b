/** The states of queries, which both engines name alike. */
import type { QueryStage } from './reading.ts';

/** Undefined: it is over, or has not arrived (prerequisites come before the queue and have nothing to do with workers). */
const STAGES: Readonly<Record<string, QueryStage | undefined>> = {
  WAITING_FOR_PREREQUISITES: undefined,
  QUEUED: 'queued',
  WAITING_FOR_RESOURCES: 'waitingForWorkers',
  DISPATCHING: 'starting',
  PLANNING: 'starting',
  STARTING: 'starting',
  RUNNING: 'running',
  FINISHING: 'running',
  FINISHED: undefined,
  FAILED: undefined,
};

/** A state that later versions may add is a live query all the same. */
export const stageOf = (state: string): QueryStage | undefined =>
  Object.hasOwn(STAGES, state) ? STAGES[state] : 'running';
