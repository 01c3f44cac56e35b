/** What a PrestoDB coordinator under load answers, in the shape in which 0.287 was recorded. */
import type { Load } from './exporter-load-children.ts';
import { EACH_OF, idOf, type LoadAnswers } from './exporter-load-lists.ts';

const live = (index: number, isRunning: boolean) => ({
  queryId: idOf(index),
  queryState: isRunning ? 'RUNNING' : 'QUEUED',
  resourceGroupId: ['global', `group-${index % EACH_OF.groups}`],
  query: '',
  queryTruncated: true,
  createTime: '2026-11-22T16:36:24.173Z',
  user: `user-${index % EACH_OF.users}`,
  authenticated: false,
  source: `source-${index % EACH_OF.sources}`,
  catalog: 'tpch',
  schema: 'tiny',
  progress: {
    elapsedTimeMillis: 13_458,
    queuedTimeMillis: 2,
    executionTimeMillis: isRunning ? 13_390 : 0,
    cpuTimeMillis: isRunning ? 2_989 : 0,
    scheduledTimeMillis: 23_684,
    currentMemoryBytes: 0,
    peakMemoryBytes: 0,
    peakTotalMemoryBytes: 6_694_700,
    peakTaskTotalMemoryBytes: 3_347_380,
    cumulativeUserMemory: 0,
    cumulativeTotalMemory: 0,
    inputRows: 2_516_188,
    inputBytes: 0,
    blocked: false,
    progressPercentage: 0,
    queuedDrivers: isRunning ? 4 : 0,
    runningDrivers: isRunning ? 4 : 0,
    completedDrivers: 0,
  },
  warningCodes: [],
});

const pool = (liveIds: readonly string[]) => ({
  maxBytes: 140_509_184,
  reservedBytes: 4_073_208,
  reservedRevocableBytes: 0,
  queryMemoryReservations: Object.fromEntries(liveIds.map((id) => [id, 2_036_604])),
  queryMemoryAllocations: Object.fromEntries(
    liveIds.map((id) => [
      id,
      [
        { tag: 'InMemoryHashAggregationBuilder', allocation: 724_636 },
        { tag: 'ScanFilterAndProjectOperator', allocation: 1_311_968 },
      ],
    ]),
  ),
  queryMemoryRevocableReservations: {},
  freeBytes: 136_435_976,
});

export const prestoAnswers = (load: Load): LoadAnswers => {
  const workers = Array.from({ length: load.workers }, (_, index) => `w${index}`);
  const liveIds = Array.from({ length: load.running }, (_, index) => idOf(index));
  const info = { totalNodeMemory: '297795584B', pools: { general: pool(liveIds) } };
  const services = ['c', ...workers].map((nodeId) => ({
    id: nodeId,
    nodeId,
    type: 'presto',
    pool: 'general',
    location: `/${nodeId}`,
    properties: { coordinator: String(nodeId === 'c'), resource_manager: 'false', catalog_server: 'false' },
  }));
  const bodies: Readonly<Record<string, string>> = {
    '/v1/info': '{"nodeVersion":{"version":"0.287"},"coordinator":true,"uptime":"1.38h"}',
    '/v1/cluster': JSON.stringify({ activeWorkers: load.workers, totalCpuTimeSecs: 6, adjustedQueueSize: 0 }),
    '/v1/queryState': JSON.stringify(
      Array.from({ length: load.live }, (_, index) => live(index, index < load.running)),
    ),
    '/v1/service/presto': JSON.stringify({ environment: 'test', services }),
    '/v1/cluster/workerMemory': JSON.stringify(
      Object.fromEntries(workers.map((id) => [`${id} [127.0.0.1]`, info] as const)),
    ),
  };
  const status = JSON.stringify({ nodeId: 'w', memoryInfo: info, processors: 64 });
  return {
    engine: 'presto',
    bodyOf: ({ path, ended }) => {
      if (path.endsWith('CompletedQueries.TotalCount')) return String(ended);
      return path.startsWith('/v1/worker/') ? status : bodies[path];
    },
  };
};
