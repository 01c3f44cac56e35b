/**
 * A PrestoDB coordinator under load, as a process of its own: live queries, and ended ones of which each second some are
 * forgotten and as many end anew. Sizes come as one JSON argument; its address goes to standard output.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basicQueryInfo } from '../exporters/history/fake-coordinator.ts';

interface Load {
  readonly live: number;
  /** Of the live ones; the others are queued. */
  readonly running: number;
  readonly remembered: number;
  readonly workers: number;
  readonly endingPerSecond: number;
  readonly sqlBytes: number;
}

const load = JSON.parse(process.argv[2] ?? '{}') as Load;
const SQL = 'select "returnflag", sum(extendedprice)\n from lineitem '.repeat(1000).slice(0, load.sqlBytes);
const EACH_OF = { users: 80, sources: 60, groups: 10 };
const FAILED_SHARE = 0.05;

const idOf = (index: number): string => `20261122_163613_${String(index).padStart(5, '0')}_wgcv4`;

const live = (index: number) => {
  const runs = index < load.running;
  return {
    queryId: idOf(index),
    queryState: runs ? 'RUNNING' : 'QUEUED',
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
      executionTimeMillis: runs ? 13_390 : 0,
      cpuTimeMillis: runs ? 2_989 : 0,
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
      queuedDrivers: runs ? 4 : 0,
      runningDrivers: runs ? 4 : 0,
      completedDrivers: 0,
    },
    warningCodes: [],
  };
};

const liveIds = Array.from({ length: load.running }, (_, index) => idOf(index));

const pool = () => ({
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

const workers = Array.from({ length: load.workers }, (_, index) => `w${index}`);
const memory = JSON.stringify(
  Object.fromEntries(
    workers.map((id) => [`${id} [127.0.0.1]`, { totalNodeMemory: '297795584B', pools: { general: pool() } }]),
  ),
);
const services = JSON.stringify({
  environment: 'test',
  services: ['c', ...workers].map((nodeId) => ({
    id: nodeId,
    nodeId,
    type: 'presto',
    pool: 'general',
    location: `/${nodeId}`,
    properties: { coordinator: String(nodeId === 'c'), resource_manager: 'false', catalog_server: 'false' },
  })),
});
const queries = JSON.stringify(Array.from({ length: load.live }, (_, index) => live(index)));

let made = 0;
const lists = { FINISHED: [] as Buffer[], FAILED: [] as Buffer[] };
const endOne = (): void => {
  made += 1;
  const state = Math.floor(made * FAILED_SHARE) > Math.floor((made - 1) * FAILED_SHARE) ? 'FAILED' : 'FINISHED';
  const id = idOf(100_000 + made);
  const [user, source] = [`user-${made % EACH_OF.users}`, `source-${made % EACH_OF.sources}`];
  const info = basicQueryInfo('presto', { id, state, user, source, sql: SQL, errorName: 'REMOTE_HOST_GONE' });
  lists[state].push(Buffer.from(JSON.stringify(info)));
};
for (let index = 0; index < load.remembered; index += 1) endOne();
setInterval(() => {
  for (let index = 0; index < load.endingPerSecond; index += 1) {
    endOne();
    const list = lists.FAILED.length > load.remembered * FAILED_SHARE ? lists.FAILED : lists.FINISHED;
    list.shift();
  }
}, 1000);

const joined = (list: readonly Buffer[]): Buffer =>
  Buffer.concat([
    Buffer.from('['),
    ...list.flatMap((one, index) => (index === 0 ? [one] : [Buffer.from(','), one])),
    Buffer.from(']'),
  ]);

const answerTo = (path: string, state: string | null): string | Buffer | undefined => {
  if (path === '/v1/info') return '{"nodeVersion":{"version":"0.287"},"coordinator":true,"uptime":"1.38h"}';
  if (path === '/v1/cluster') {
    return `{"activeWorkers":${load.workers},"totalCpuTimeSecs":6,"adjustedQueueSize":0,"runningQueries":1}`;
  }
  if (path === '/v1/queryState') return queries;
  if (path === '/v1/service/presto') return services;
  if (path === '/v1/cluster/workerMemory') return memory;
  if (path.endsWith('CompletedQueries.TotalCount')) return String(made);
  if (path.startsWith('/v1/worker/')) return '{"processors":64}';
  return path === '/v1/query' && (state === 'FINISHED' || state === 'FAILED') ? joined(lists[state]) : undefined;
};

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://host');
  const body = answerTo(url.pathname, url.searchParams.get('state'));
  response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.once('disconnect', () => process.exit());
