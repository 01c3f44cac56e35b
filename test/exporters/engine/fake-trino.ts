/** A small Trino whose answers a test changes: a coordinator and its workers behind one server, each below `/at/<name>`. */
import { connectEngine } from '../../../exporters/engine/connect.ts';
import type { EngineReader } from '../../../exporters/engine/reading.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { type Answer, type AnsweringServer, type AskedRequest, startAnswering } from '../answering.ts';
import { NOON } from '../readings.ts';

export interface FakeWorker {
  state: string | number | 'hang';
  readonly processors: number;
  readonly memoryBytes?: number;
}

const STATS = {
  createTime: new Date((NOON - 10) * 1000).toISOString(),
  elapsedTime: '10.00s',
  executionTime: '9.00s',
  totalCpuTime: '20.00s',
  runningDrivers: 3,
  queuedDrivers: 5,
  blockedDrivers: 4,
  totalMemoryReservation: '1000B',
  fullyBlocked: false,
  blockedReasons: [],
};

/** One query as `/v1/query` tells it, its text included. */
export const trinoQuery = (id: string, state: string, group: readonly string[] = ['global'], stats: object = {}) => ({
  queryId: id,
  state,
  session: { user: 'ann', source: 'bi' },
  resourceGroupId: group,
  query: 'SELECT secret FROM texts',
  queryStats: { ...STATS, ...stats },
});

export class FakeTrino {
  version = '483';
  uptime = '1.00h';
  queries: readonly ReturnType<typeof trinoQuery>[] = [];
  workers: Record<string, FakeWorker> = {};
  /** As the coordinator counts; undefined: as many as are ACTIVE. */
  counted: number | undefined;
  drainingCounted: number | undefined;
  requiredWorkers = 0;
  endedCpuSeconds = 100;
  /** By the group's path. */
  limits: Record<string, number | 'hang'> = { global: 100 };
  /** Names that this version does not have. */
  lacks: RegExp | undefined;
  /** By path: what is answered instead. */
  faults: Record<string, Answer> = {};
  /** Told for running and queued queries instead of what the list has. */
  countedQueries: number | undefined;
  #server: AnsweringServer | undefined;

  get asked(): readonly string[] {
    return this.#server?.asked ?? [];
  }

  /** How often such paths were asked for. */
  count(path: string): number {
    return this.asked.filter((url) => url.includes(path)).length;
  }

  async start(): Promise<EngineReader> {
    this.#server = await startAnswering((path, request) => this.faults[path] ?? this.#answer(path, request));
    return this.reader();
  }

  reader(timeoutMilliseconds = 1000): EngineReader {
    return connectEngine({ coordinator: this.url, now: () => epochSeconds(NOON), timeoutMilliseconds });
  }

  get url(): string {
    return this.#server?.url ?? '';
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  uriOf(name: string): string {
    return `${this.url}/at/${name}`;
  }

  #answer(path: string, { url }: AskedRequest): Answer | undefined {
    const worker = /^\/at\/([^/]+)(\/.*)$/.exec(path);
    if (worker !== null) return this.#workerAnswer(worker[1] ?? '', worker[2] ?? '');
    if (path.startsWith('/v1/resourceGroupState/')) return this.#group(path.slice('/v1/resourceGroupState/'.length));
    const answers: Readonly<Record<string, () => Answer | undefined>> = {
      '/v1/info': () =>
        JSON.stringify({ nodeVersion: { version: this.version }, coordinator: true, uptime: this.uptime }),
      '/metrics': () => this.#metrics(url),
      '/v1/query': () => this.#list(url),
      '/v1/announce': () =>
        this.#release >= 477 ? JSON.stringify(this.#names.map((name) => this.uriOf(name))) : undefined,
      '/v1/service/trino': () => (this.#release < 477 ? this.#services() : undefined),
    };
    return answers[path]?.();
  }

  get #names(): readonly string[] {
    return Object.keys(this.workers);
  }

  get #release(): number {
    return Number.parseInt(this.version, 10);
  }

  #workerAnswer(name: string, path: string): Answer | undefined {
    const worker = this.workers[name];
    if (worker === undefined || typeof worker.state === 'number') return worker?.state ?? 503;
    if (worker.state === 'hang') return 'hang';
    if (path === '/v1/info/state') return JSON.stringify(worker.state);
    const memoryInfo = { pool: { maxBytes: worker.memoryBytes ?? 1000 } };
    return JSON.stringify({ coordinator: false, processors: worker.processors, memoryInfo });
  }

  #group(path: string): Answer | undefined {
    const limit = this.limits[path];
    if (limit === undefined || limit === 'hang') return limit;
    return JSON.stringify({
      hardConcurrencyLimit: limit,
      softConcurrencyLimit: 0,
      runningQueries: [{ query: 'SELECT' }],
    });
  }

  /** As before 470: only the first state counts. */
  #list(url: string): Answer {
    const states = new URL(url, 'http://x').searchParams.getAll('state');
    const counted = this.#release >= 470 ? states : states.slice(0, 1);
    return JSON.stringify(this.queries.filter(({ state }) => counted.includes(state)));
  }

  #services(): Answer {
    const services = this.#names.map((name) => ({
      nodeId: name,
      properties: { coordinator: 'false', http: this.uriOf(name) },
    }));
    return JSON.stringify({
      services: [{ nodeId: 'c', properties: { coordinator: 'true', http: this.url } }, ...services],
    });
  }

  #values(): Readonly<Record<string, number>> {
    const inState = (...states: readonly string[]) =>
      Object.values(this.workers).filter(({ state }) => states.includes(String(state))).length;
    const nodes =
      this.#release >= 477 ? 'trino_node_name_CoordinatorNodeManager' : 'trino_metadata_name_DiscoveryNodeManager';
    const live = (state: string) => this.queries.filter((query) => query.state === state).length;
    return {
      trino_execution_name_QueryManager_RunningQueries: this.countedQueries ?? live('RUNNING'),
      trino_execution_name_QueryManager_QueuedQueries: this.countedQueries === undefined ? live('QUEUED') : 0,
      trino_execution_name_QueryManager_ConsumedCpuTimeSecs: this.endedCpuSeconds,
      trino_execution_name_ClusterSizeMonitor_RequiredWorkers: this.requiredWorkers,
      [`${nodes}_ActiveNodeCount`]: 1 + (this.counted ?? inState('ACTIVE')),
      [`${nodes}_DrainingNodeCount`]: this.drainingCounted ?? inState('DRAINING'),
      [`${nodes}_DrainedNodeCount`]: inState('DRAINED'),
      [`${nodes}_ShuttingDownNodeCount`]: inState('SHUTTING_DOWN'),
      trino_memory_type_ClusterMemoryPool_name_general_ReservedDistributedBytes: 1234,
      trino_memory_type_ClusterMemoryPool_name_general_BlockedNodes: 0,
    };
  }

  #metrics(url: string): Answer {
    const names = new URL(url, 'http://x').searchParams.getAll('name[]');
    const values = this.#values();
    const lines = names.flatMap((name) => {
      const value = values[name];
      if (value === undefined || this.lacks?.test(name) === true) return [];
      return [`# TYPE ${name} gauge`, `${name}{node="c, {d}"} ${value}.0`];
    });
    return [...lines, '# EOF', ''].join('\n');
  }
}
