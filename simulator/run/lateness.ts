/** Delay and lateness of a query, as a policy's goal defines them. */

import type { Query } from '../workload/query.ts';
import type { QueryOutcome } from '../world/engine/outcome.ts';

/** A query is late when its delay is above this and above a quarter of its lone time. */
export const LATE_SECONDS = 60;
export const LATE_SHARE = 0.25;

/** Seconds the query would take alone on the cluster at its maximum size. */
export const loneSeconds = (query: Query, maximumCores: number): number =>
  query.cpuSeconds / Math.min(query.parallelismCores, maximumCores);

export interface Delay {
  readonly seconds: number;
  readonly late: boolean;
}

/** Elapsed time less the lone time. A failed query is late however soon it failed. */
export const delayOf = (outcome: QueryOutcome, maximumCores: number): Delay => {
  const lone = loneSeconds(outcome.query, maximumCores);
  const seconds = Math.max(0, outcome.endSeconds - outcome.query.arrivalSeconds - lone);
  const late = outcome.result === 'failed' || (seconds > LATE_SECONDS && seconds > LATE_SHARE * lone);
  return { seconds, late };
};
