/** The list of a Trino's live queries: from one request, or from one for each state where the version wants that. */
import type { EpochSeconds } from '../../lambdas/core/quantities.ts';
import type { Fetching } from './fetching.ts';
import { type TrinoQuery, trinoQueriesAt } from './trino-answers.ts';
import type { TrinoMetrics } from './trino-metrics.ts';

/** In the order in which a query goes through them. */
const LIVE_STATES = [
  'QUEUED',
  'WAITING_FOR_RESOURCES',
  'DISPATCHING',
  'PLANNING',
  'STARTING',
  'RUNNING',
  'FINISHING',
] as const;

/** Before, only the first `state` of a request counts. */
const FIRST_WITH_SEVERAL_STATES = 470;

export interface QueryAsking {
  readonly release: number;
  readonly at: EpochSeconds;
  readonly coordinator: string;
  readonly fetching: Fetching;
  readonly hasTime: () => boolean;
}

/**
 * One state after the other, in their order: a query only goes forward, so one that moves meanwhile is met twice, and
 * the later state counts. All at once would miss it, and it would look finished.
 */
const listByState = async ({ at, coordinator, fetching, hasTime }: QueryAsking): Promise<readonly TrinoQuery[]> => {
  const byId = new Map<string, TrinoQuery>();
  for (const state of LIVE_STATES) {
    if (!hasTime()) throw new Error(`no time was left to ask for queries in state ${state}`);
    const queries = await fetching.all(`${coordinator}/v1/query?state=${state}`, trinoQueriesAt(at));
    for (const query of queries) byId.set(query.id, query);
  }
  return [...byId.values()];
};

/** @throws if it cannot be read */
export const listQueries = async (asking: QueryAsking): Promise<readonly TrinoQuery[]> => {
  if (asking.release < FIRST_WITH_SEVERAL_STATES) return listByState(asking);
  const states = LIVE_STATES.map((state) => `state=${state}`).join('&');
  return asking.fetching.all(`${asking.coordinator}/v1/query?${states}`, trinoQueriesAt(asking.at));
};

/**
 * Whether the list has less than half of the queries that the coordinator counts: access control shows a user only the
 * queries that it may see, and an empty list would be taken for an idle cluster.
 */
export const lacksQueries = (queries: readonly TrinoQuery[], metrics: TrinoMetrics | undefined): boolean => {
  const counted = (metrics?.runningQueries ?? 0) + (metrics?.queuedQueries ?? 0);
  return 2 * queries.length < counted;
};

export const hiddenQueriesError = (shown: number, { runningQueries = 0, queuedQueries = 0 }: TrinoMetrics): Error =>
  new Error(
    `the coordinator counts ${runningQueries + queuedQueries} running and queued queries and shows ${shown} of them: ` +
      'expected a user that may view all queries; grant it "queries": [{"allow": ["view"]}] in the access control',
  );
