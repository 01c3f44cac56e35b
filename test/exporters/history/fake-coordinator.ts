/**
 * A coordinator with queries that ended, over HTTP, in the shape in which PrestoDB 0.287 and Trino 483 were recorded
 * (recorded-shape.test.ts). It forgets ended queries when told to, and fails in the ways in which servers fail.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

export type Engine = 'presto' | 'trino';

export interface FakeQuery {
  readonly id: string;
  readonly state: string;
  readonly user?: string;
  readonly source?: string | null;
  readonly group?: readonly string[];
  readonly errorType?: string;
  readonly errorName?: string;
  /** Texts such as "12.34m". */
  readonly queued?: string;
  readonly elapsed?: string;
  readonly execution?: string;
  readonly cpu?: string;
  /** Seconds since 1970. */
  readonly endedAt?: number;
  readonly sql?: string;
}

/** Monday 2026-03-02, 12:00 UTC. */
const NOON = 1_772_452_800;

const isoOf = (seconds: number): string => new Date(seconds * 1000).toISOString();

const prestoSession = ({ id, user = 'load', source = 'e2e' }: FakeQuery) => ({
  queryId: id,
  transactionId: '6ff6e192-8d9a-4320-a6c4-7e933f22b83d',
  clientTransactionSupport: false,
  user,
  ...(source === null ? {} : { source }),
  catalog: 'tpch',
  schema: 'tiny',
  traceToken: 'noop_dummy_id',
  timeZoneKey: 0,
  locale: 'en',
  remoteUserAddress: '127.0.0.1',
  userAgent: 'Python-urllib/3.11',
  clientTags: [],
  resourceEstimates: {},
  startTime: 1_795_365_373_807,
  systemProperties: {},
  catalogProperties: {},
  unprocessedCatalogProperties: {},
  roles: {},
  preparedStatements: {},
  sessionFunctions: {},
});

const trinoSession = ({ id, user = 'load', source = 'e2e' }: FakeQuery) => ({
  queryId: id,
  querySpan: {},
  transactionId: '2d79c30b-55dd-4a5a-9ac1-5c17cf32745b',
  clientTransactionSupport: false,
  user,
  originalUser: user,
  setOriginalRoles: [],
  groups: [],
  originalUserGroups: [],
  principal: user,
  enabledRoles: [],
  ...(source === null ? {} : { source }),
  catalog: 'tpch',
  schema: 'tiny',
  path: { path: [{ catalogName: 'system', schemaName: 'builtin' }], rawPath: '' },
  timeZoneKey: 0,
  locale: 'en_US',
  remoteUserAddress: '127.0.0.1',
  userAgent: 'Python-urllib/3.11',
  clientTags: [],
  clientCapabilities: [],
  resourceEstimates: {},
  start: '2026-11-22T17:00:37.509376254Z',
  systemProperties: {},
  catalogProperties: {},
  catalogRoles: {},
  preparedStatements: {},
  protocolName: 'Trino',
  timeZone: 'UTC',
});

const timesOf = ({ queued = '26.91ms', elapsed = '8.69s', endedAt = NOON }: FakeQuery) => ({
  createTime: isoOf(endedAt - 8.69),
  endTime: isoOf(endedAt),
  queuedTime: queued,
  elapsedTime: elapsed,
});

const prestoStats = (query: FakeQuery) => ({
  ...timesOf(query),
  waitingForPrerequisitesTime: '27.97ms',
  executionTime: query.execution ?? '8.32s',
  runningTasks: 0,
  totalDrivers: 25,
  queuedDrivers: 0,
  runningDrivers: 0,
  completedDrivers: 25,
  rawInputDataSize: '0B',
  rawInputPositions: 60_175,
  cumulativeUserMemory: 17_017.16286,
  cumulativeTotalMemory: 99_305.63445299999,
  userMemoryReservation: '0B',
  totalMemoryReservation: '0B',
  peakUserMemoryReservation: '24B',
  peakTotalMemoryReservation: '405B',
  peakTaskTotalMemoryReservation: '405B',
  peakNodeTotalMemoryReservation: '834B',
  totalCpuTime: query.cpu ?? '4.76s',
  totalScheduledTime: '20.29s',
  fullyBlocked: true,
  blockedReasons: [],
  totalAllocation: '0B',
  progressPercentage: 100,
});

const trinoStats = (query: FakeQuery) => ({
  ...timesOf(query),
  resourceWaitingTime: '141.18ms',
  executionTime: query.execution ?? '8.32s',
  failedTasks: 0,
  totalDrivers: 7,
  queuedDrivers: 0,
  runningDrivers: 0,
  completedDrivers: 7,
  blockedDrivers: 0,
  processedInputPositions: 60_175,
  spilledDataSize: '0B',
  physicalInputDataSize: '0B',
  physicalWrittenDataSize: '0B',
  internalNetworkInputDataSize: '172B',
  cumulativeUserMemory: 0,
  failedCumulativeUserMemory: 0,
  userMemoryReservation: '0B',
  totalMemoryReservation: '0B',
  peakUserMemoryReservation: '416B',
  peakTotalMemoryReservation: '416B',
  planningTime: '432.87ms',
  analysisTime: '143.29ms',
  totalCpuTime: query.cpu ?? '4.76s',
  failedCpuTime: '0.00ns',
  totalScheduledTime: '7.48s',
  failedScheduledTime: '0.00ns',
  finishingTime: '20.47ms',
  physicalInputReadTime: '0.00ns',
  fullyBlocked: true,
  blockedReasons: [],
  progressPercentage: 100,
  runningPercentage: 0,
});

const errorOf = ({ state, errorType = 'INTERNAL_ERROR', errorName = 'GENERIC_INTERNAL_ERROR' }: FakeQuery) =>
  state === 'FAILED'
    ? { errorType, errorCode: { code: 65_536, name: errorName, type: errorType, retriable: false } }
    : {};

/** One element of `/v1/query`. */
export const basicQueryInfo = (engine: Engine, query: FakeQuery) => ({
  queryId: query.id,
  session: engine === 'presto' ? prestoSession(query) : trinoSession(query),
  resourceGroupId: query.group ?? ['global'],
  state: query.state,
  ...(engine === 'presto' ? { memoryPool: 'general' } : {}),
  scheduled: true,
  self: `http://127.0.0.1:18080/v1/query/${query.id}`,
  query: query.sql ?? 'select count(*) from tpch.tiny.lineitem',
  queryStats: engine === 'presto' ? prestoStats(query) : trinoStats(query),
  ...errorOf(query),
  queryType: 'SELECT',
  ...(engine === 'presto' ? { warnings: [], queryHash: '3db3537397a260c9' } : { retryPolicy: 'NONE' }),
});

/** `half`: the connection ends in the middle of the list; `page`: HTML with status 200; a number: a status. */
export type Fault = 'half' | 'hang' | 'silent' | 'page' | 'refuse' | number;

const TOTAL_OF_TRINO = 'trino_execution_name_QueryManager_CompletedQueries';
const TOTAL_OF_PRESTO = '/v1/jmx/mbean/com.facebook.presto.dispatcher:name=DispatchManager/CompletedQueries.TotalCount';

export class FakeCoordinator {
  /** Ended queries that it remembers. */
  ended: readonly FakeQuery[] = [];
  /** Its own count of ended queries; undefined: it has none to tell. */
  completed: number | undefined = 0;
  /** Of the list of a state, or of both. */
  fault: Fault | undefined;
  faultyState: string | undefined;
  /** Before the list of a state is written. */
  onList: ((state: string) => void) | undefined;
  readonly asked: string[] = [];
  url = '';
  readonly #engine: Engine;
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  constructor(engine: Engine = 'presto') {
    this.#engine = engine;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://host');
    this.asked.push(request.url ?? '');
    const path = decodeURIComponent(url.pathname);
    if (this.#engine === 'trino' && request.headers['x-trino-user'] === undefined) return refuse(response, 401);
    if (path === '/v1/query') return this.#list(url.searchParams.get('state') ?? '', response);
    if (this.completed === undefined) return refuse(response, 404);
    if (path === TOTAL_OF_PRESTO && this.#engine === 'presto') return end(response, String(this.completed));
    if (path !== '/metrics' || this.#engine !== 'trino') return refuse(response, 404);
    end(response, `# TYPE ${TOTAL_OF_TRINO} counter\n${TOTAL_OF_TRINO} ${this.completed}\n# EOF\n`);
  }

  async #list(state: string, response: ServerResponse): Promise<void> {
    this.onList?.(state);
    const fault = this.faultyState === undefined || this.faultyState === state ? this.fault : undefined;
    if (fault === 'hang') return;
    if (fault === 'refuse') return void response.socket?.destroy();
    if (typeof fault === 'number') return refuse(response, fault);
    if (fault === 'page') return end(response, '<html>Please log in</html>');
    const body = Buffer.from(
      JSON.stringify(
        this.ended.filter((query) => query.state === state).map((query) => basicQueryInfo(this.#engine, query)),
      ),
    );
    response.writeHead(200, { 'content-type': 'application/json' });
    if (fault === undefined) return void response.end(body);
    response.write(body.subarray(0, body.length / 2));
    if (fault === 'silent') return;
    await wait(20);
    response.socket?.destroy();
  }
}

const refuse = (response: ServerResponse, status: number): void => {
  response.writeHead(status, { 'content-type': 'text/html' });
  response.end('<html>Error</html>');
};

const end = (response: ServerResponse, body: string): void => {
  response.writeHead(200);
  response.end(body);
};
