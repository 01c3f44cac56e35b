/** Trino's REST answers (407 to 483) as readings. Each function throws a `NonsenseError` for what cannot be meant. */
import type { EpochSeconds } from '../../lambdas/core/quantities.ts';
import { classNameOf, parseDuration, parseSize } from './formats.ts';
import type { Picking } from './picking.ts';
import type { AnnouncedNode } from './presto-answers.ts';
import { stageOf } from './query-stages.ts';
import type { LiveQuery } from './reading.ts';
import { Fields, listOf, NonsenseError, parseJson, textOf } from './untrusted.ts';

/** A live query with the groups it is in. */
export interface TrinoQuery extends LiveQuery {
  /** Names of its resource group and of those above, from the root. */
  readonly groupPath: readonly string[];
}

/** A node, as it says of itself. */
export interface TrinoStatus {
  readonly coordinator: boolean;
  readonly cores: number;
  /** Memory that queries may reserve on it; fixed as long as its process lives. */
  readonly memoryBytes: number;
}

const seconds = (stats: Fields, name: string): number => parseDuration(stats.text(name), `query[].${name}`).seconds;

/** The time of creation is exact and may be by another clock; the age is by the engine's and rounded, to 18 s after an hour. */
const ageOf = (stats: Fields, at: EpochSeconds): number => {
  const told = parseDuration(stats.text('elapsedTime'), 'query[].elapsedTime');
  const created = Date.parse(stats.text('createTime')) / 1000;
  if (!Number.isFinite(created)) throw new NonsenseError('query[].createTime is no time');
  const least = Math.max(0, told.seconds - told.errorSeconds);
  return Math.min(told.seconds + told.errorSeconds, Math.max(least, at - created));
};

const readQuery = (value: unknown, at: EpochSeconds): TrinoQuery | undefined => {
  const fields = new Fields(value, 'query[]');
  const stage = stageOf(fields.text('state'));
  if (stage === undefined) return undefined;
  const session = fields.fields('session');
  const stats = fields.fields('queryStats');
  const groupPath = fields.textsIfAny('resourceGroupId');
  const blocked = stats.has('fullyBlocked') && stats.flag('fullyBlocked');
  const queuedDrivers = stats.number('queuedDrivers');
  return {
    id: fields.text('queryId'),
    className: classNameOf(session.textIfAny('source') ?? '', session.textIfAny('user') ?? '', groupPath),
    stage,
    ageSeconds: ageOf(stats, at),
    runningSeconds: seconds(stats, 'executionTime'),
    cpuSeconds: seconds(stats, 'totalCpuTime'),
    memoryBytes: parseSize(stats.text('totalMemoryReservation'), 'query[].totalMemoryReservation'),
    blocked,
    blockedOnMemory: blocked && stats.textsIfAny('blockedReasons').includes('WAITING_FOR_MEMORY'),
    // Blocked drivers wait for others and use no core; Trino counts them apart.
    drivers: stats.number('runningDrivers') + queuedDrivers,
    queuedDrivers,
    groupPath,
  };
};

/** GET /v1/query: what is over is left out, and so are the texts of queries, which this path always sends. */
export const trinoQueriesAt = (at: EpochSeconds): Picking<TrinoQuery> => ({
  where: 'query',
  form: 'list',
  paths: [
    'queryId',
    'state',
    'resourceGroupId',
    'session.user',
    'session.source',
    'queryStats.createTime',
    'queryStats.elapsedTime',
    'queryStats.executionTime',
    'queryStats.totalCpuTime',
    'queryStats.totalMemoryReservation',
    'queryStats.runningDrivers',
    'queryStats.queuedDrivers',
    'queryStats.fullyBlocked',
    'queryStats.blockedReasons',
  ],
  read: (one) => readQuery(one, at),
});

/** GET /v1/announce (since 477): addresses of the nodes that were heard of in the last 30 s, and nothing else of them. */
export const readAnnouncements = (body: string): readonly AnnouncedNode[] =>
  listOf(parseJson(body, 'announce'), 'announce').map((value) => {
    const uri = textOf(value, 'announce[]').replace(/\/+$/, '');
    return { id: uri, role: 'worker', uri };
  });

/** A node's own /v1/status, which has the memory of each of its queries and tasks too. */
export const TRINO_STATUS: Picking<TrinoStatus> = {
  where: 'status',
  form: 'one',
  paths: ['coordinator', 'processors', 'memoryInfo.pool.maxBytes'],
  read: (one) => {
    const status = new Fields(one, 'status');
    return {
      coordinator: status.flag('coordinator'),
      cores: status.number('processors'),
      memoryBytes: status.fields('memoryInfo').fields('pool').number('maxBytes'),
    };
  },
};

/**
 * GET /v1/resourceGroupState/{group}: the most queries of it that may be past the queue at once. It always sends the
 * queries that run in the group, with their texts.
 */
export const CONCURRENCY_LIMIT: Picking<number> = {
  where: 'resourceGroupState',
  form: 'one',
  paths: ['hardConcurrencyLimit'],
  read: (one) => new Fields(one, 'resourceGroupState').number('hardConcurrencyLimit'),
};
