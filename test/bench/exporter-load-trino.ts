/** What a Trino coordinator under load, and its workers, answer, in the shape in which 483 was recorded. */
import { basicQueryInfo } from '../exporters/history/fake-coordinator.ts';
import type { Load } from './exporter-load-children.ts';
import { EACH_OF, idOf, type LoadAnswers, sqlOf } from './exporter-load-lists.ts';

/** A task of a query on a worker each. */
const TASKS = 2;

const live = (index: number, isRunning: boolean, sql: string) => {
  const state = isRunning ? 'RUNNING' : 'QUEUED';
  const [user, source] = [`user-${index % EACH_OF.users}`, `source-${index % EACH_OF.sources}`];
  const group = ['global', `group-${index % EACH_OF.groups}`];
  const info = basicQueryInfo('trino', { id: idOf(index), state, user, source, group, sql });
  const { endTime: _, ...stats } = info.queryStats;
  return { ...info, queryStats: stats };
};

const statusOf = (liveIds: readonly string[]): string => {
  const tasks = liveIds.flatMap((id) => Array.from({ length: TASKS }, (_, index) => `${id}.${index}.0.0`));
  const pool = {
    maxBytes: 140_509_184,
    reservedBytes: 4_073_208,
    reservedRevocableBytes: 0,
    queryMemoryReservations: Object.fromEntries(liveIds.map((id) => [id, 2_036_604])),
    taskMemoryReservations: Object.fromEntries(tasks.map((id) => [id, 1_018_302])),
    freeBytes: 136_435_976,
  };
  return JSON.stringify({ nodeId: 'w', coordinator: false, memoryInfo: { pool }, processors: 64 });
};

const VALUES = (load: Load, ended: number): Readonly<Record<string, number>> => ({
  trino_execution_name_QueryManager_RunningQueries: load.running,
  trino_execution_name_QueryManager_QueuedQueries: load.live - load.running,
  trino_execution_name_QueryManager_ConsumedCpuTimeSecs: 6,
  trino_execution_name_QueryManager_CompletedQueries: ended,
  trino_execution_name_ClusterSizeMonitor_RequiredWorkers: 0,
  trino_node_name_CoordinatorNodeManager_ActiveNodeCount: load.workers + 1,
  trino_memory_type_ClusterMemoryPool_name_general_ReservedDistributedBytes: 1234,
});

export const trinoAnswers = (load: Load): LoadAnswers => {
  const sql = sqlOf(load.liveSqlBytes);
  const queries = Array.from({ length: load.live }, (_, index) => live(index, index < load.running, sql));
  const list = Buffer.from(JSON.stringify(queries));
  const status = statusOf(Array.from({ length: load.running }, (_, index) => idOf(index)));
  const group = Buffer.from(
    JSON.stringify({ hardConcurrencyLimit: 5_000, runningQueries: queries.slice(0, load.running) }),
  );
  return {
    engine: 'trino',
    bodyOf: ({ path, names, ended, origin }) => {
      if (path === '/v1/info') return '{"nodeVersion":{"version":"483"},"coordinator":true,"uptime":"1.38h"}';
      if (path === '/v1/query') return list;
      if (path === '/v1/announce')
        return JSON.stringify(Array.from({ length: load.workers }, (_, index) => `${origin}/at/w${index}`));
      if (path.endsWith('/v1/info/state')) return '"ACTIVE"';
      if (path.endsWith('/v1/status')) return status;
      if (path.startsWith('/v1/resourceGroupState/')) return group;
      if (path !== '/metrics') return undefined;
      const values = VALUES(load, ended);
      return [...names.flatMap((name) => (name in values ? [`${name} ${values[name]}`] : [])), '# EOF', ''].join('\n');
    },
  };
};
