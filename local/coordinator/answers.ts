/** The bodies of PrestoDB 0.287's REST answers, with its field names and value formats (recorded ones: engine-samples). */
import type { BackendQuery, BackendWorker, CoordinatorBackend } from './backend.ts';
import { durationText, millis, timeText } from './formats.ts';

const VERSION = '0.287-local';
const ENVIRONMENT = 'local';
const COORDINATOR_ID = 'coordinator';

export const infoBody = (backend: CoordinatorBackend) => ({
  nodeVersion: { version: VERSION },
  environment: ENVIRONMENT,
  coordinator: true,
  starting: false,
  uptime: durationText(backend.now() - backend.startedAt()),
});

const sum = <Item>(items: readonly Item[], pick: (item: Item) => number): number =>
  items.reduce((total, item) => total + pick(item), 0);

export const clusterBody = (backend: CoordinatorBackend) => {
  const queries = backend.queries();
  const running = queries.filter(({ state }) => state === 'RUNNING');
  const { adjustedQueueSize, cpuSeconds } = backend.totals();
  const blockedQueries = running.filter(({ blockedOnMemory }) => blockedOnMemory).length;
  return {
    runningQueries: running.length - blockedQueries,
    blockedQueries,
    // Queries that wait for workers are counted nowhere, as in PrestoDB.
    queuedQueries: queries.filter(({ state }) => state === 'QUEUED').length,
    activeWorkers: backend.workers().filter(({ draining }) => !draining).length,
    runningDrivers: sum(running, ({ runningDrivers }) => runningDrivers),
    runningTasks: running.length,
    reservedMemory: sum(queries, ({ memoryBytes }) => memoryBytes),
    totalInputRows: 0,
    totalInputBytes: 0,
    totalCpuTimeSecs: Math.floor(cpuSeconds),
    adjustedQueueSize,
  };
};

const progressOf = (query: BackendQuery, now: number) => ({
  elapsedTimeMillis: millis(now - query.createdAt),
  queuedTimeMillis: millis((query.startedAt ?? now) - query.createdAt),
  executionTimeMillis: query.startedAt === undefined ? 0 : millis(now - query.startedAt),
  cpuTimeMillis: millis(query.cpuSeconds),
  scheduledTimeMillis: millis(query.cpuSeconds),
  currentMemoryBytes: query.memoryBytes,
  peakMemoryBytes: query.memoryBytes,
  peakTotalMemoryBytes: query.memoryBytes,
  inputRows: 0,
  inputBytes: 0,
  blocked: query.blockedOnMemory,
  ...(query.blockedOnMemory ? { blockedReasons: ['WAITING_FOR_MEMORY'] } : {}),
  progressPercentage: 0,
  queuedDrivers: query.queuedDrivers,
  runningDrivers: query.runningDrivers,
  completedDrivers: 0,
});

/** @param allProgress `includeAllQueryProgressStats`: without it a queued query has none */
export const queryStateBody = (backend: CoordinatorBackend, allProgress: boolean) =>
  backend.queries().map((query) => ({
    queryId: query.id,
    queryState: query.state,
    resourceGroupId: query.group,
    query: '',
    queryTruncated: true,
    createTime: timeText(query.createdAt),
    user: query.user,
    authenticated: false,
    source: query.source,
    ...(allProgress || query.state !== 'QUEUED' ? { progress: progressOf(query, backend.now()) } : {}),
    warningCodes: [],
  }));

const serviceOf = (nodeId: string, isCoordinator: boolean, uri: string) => ({
  id: nodeId,
  nodeId,
  type: 'presto',
  pool: 'general',
  location: `/${nodeId}`,
  properties: {
    node_version: VERSION,
    coordinator: String(isCoordinator),
    resource_manager: 'false',
    catalog_server: 'false',
    pool_type: 'DEFAULT',
    http: uri,
    'http-external': uri,
    connectorIds: isCoordinator ? '' : 'system',
  },
});

/** Where a simulated worker listens: at the same server, below a path of its own. */
export const workerPath = (id: string): string => `/node/${encodeURIComponent(id)}`;

export const servicesBody = (backend: CoordinatorBackend, url: string) => ({
  environment: ENVIRONMENT,
  services: [
    serviceOf(COORDINATOR_ID, true, url),
    ...backend.workers().map(({ id }) => serviceOf(id, false, url + workerPath(id))),
  ],
});

const poolOf = (maxBytes: number, reservedBytes: number) => ({
  maxBytes,
  reservedBytes,
  reservedRevocableBytes: 0,
  queryMemoryReservations: {},
  queryMemoryAllocations: {},
  queryMemoryRevocableReservations: {},
  freeBytes: maxBytes - reservedBytes,
});

const memoryInfoOf = ({ memoryBytes, reservedBytes }: BackendWorker) => ({
  totalNodeMemory: `${memoryBytes}B`,
  pools: { general: poolOf(memoryBytes, reservedBytes) },
});

export const workerMemoryBody = (backend: CoordinatorBackend) =>
  Object.fromEntries(backend.workers().map((worker) => [`${worker.id} [127.0.0.1]`, memoryInfoOf(worker)]));

/** @param worker undefined: the coordinator itself, which does no work of queries */
export const statusBody = (backend: CoordinatorBackend, worker: BackendWorker | undefined) => ({
  nodeId: worker?.id ?? COORDINATOR_ID,
  nodeVersion: { version: VERSION },
  environment: ENVIRONMENT,
  coordinator: worker === undefined,
  uptime: durationText(backend.now() - backend.startedAt()),
  externalAddress: '127.0.0.1',
  internalAddress: '127.0.0.1',
  memoryInfo: memoryInfoOf(worker ?? { id: '', cores: 0, memoryBytes: 0, reservedBytes: 0, draining: false }),
  processors: worker?.cores ?? 2,
  processCpuLoad: 0,
  systemCpuLoad: 0,
  heapUsed: 0,
  heapAvailable: 0,
  nonHeapUsed: 0,
});

/** The attributes of DispatchManager that somebody asks for. */
export const dispatcherAttributes = (backend: CoordinatorBackend): Readonly<Record<string, number>> => {
  const { endedQueries, endedCpuSeconds } = backend.totals();
  return {
    'CompletedQueries.TotalCount': endedQueries,
    'ConsumedCpuTimeSecs.TotalCount': Math.floor(endedCpuSeconds),
  };
};
