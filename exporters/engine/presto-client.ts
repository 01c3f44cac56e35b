/**
 * Reads a PrestoDB coordinator (0.230 to 0.299) over its REST interface, without ever asking for the text of a query.
 * Five requests a reading, and one for each worker that is new or whose standing has changed.
 */
import type { EpochSeconds } from '../../lambdas/core/quantities.ts';
import { accessOfPresto, type EngineAccess, OPEN_ACCESS } from './access.ts';
import { type Attempt, attempt, part } from './attempt.ts';
import { Fetching } from './fetching.ts';
import {
  type AnnouncedNode,
  MEMORY,
  queriesAt,
  readAttribute,
  readCluster,
  readInfo,
  readNodes,
} from './presto-answers.ts';
import { askWorkers } from './presto-workers.ts';
import type { ClusterReading, EngineReader, EngineReading, NodeMemory, SourceReport, Uptime } from './reading.ts';
import { WorkerBook } from './worker-book.ts';

export interface PrestoClientOptions {
  /** Such as `http://127.0.0.1:8889`. */
  readonly coordinator: string;
  readonly now: () => EpochSeconds;
  /** Of one request; a whole reading takes at most twice as long. Default 3,000. */
  readonly timeoutMilliseconds?: number;
  /** Of one answer; default 256 MiB (`workerMemory` grows with workers × queries). */
  readonly maximumBytes?: number;
  /** Default: open. */
  readonly access?: EngineAccess;
}

/** Lifetime counters of what has ended, failed queries included. */
export interface EndedTotals {
  readonly queries: number;
  /** Whole seconds of each query. */
  readonly cpuSeconds: number;
}

/** Only live queries, plain numbers, no text, no chain of groups. Servers that are older ignore what they do not know. */
const QUERIES =
  '/v1/queryState?queryTextSizeLimit=0&excludeResourceGroupPathInfo=true&includeAllQueryProgressStats=true';
const DISPATCHER = '/v1/jmx/mbean/com.facebook.presto.dispatcher:name=DispatchManager';

export class PrestoClient implements EngineReader {
  readonly #coordinator: string;
  readonly #now: () => EpochSeconds;
  readonly #fetching: Fetching;
  readonly #book = new WorkerBook();
  #coordinatorIds: ReadonlySet<string> = new Set();
  /** The coordinator works as a worker too, and is counted as one (node-scheduler.include-coordinator). */
  #coordinatorWorks: boolean | undefined;

  constructor(options: PrestoClientOptions) {
    this.#coordinator = options.coordinator.replace(/\/+$/, '');
    this.#now = options.now;
    this.#fetching = new Fetching({ ...options, access: accessOfPresto(options.access ?? OPEN_ACCESS) });
  }

  /** @param asked the answer of `/v1/info` where somebody else asks for it */
  async read(asked?: Promise<Attempt<Uptime>>): Promise<EngineReading> {
    const at = this.#now();
    const began = performance.now();
    const [info, cluster, queries, nodes, memory] = await Promise.all([
      asked ?? attempt('info', async () => readInfo(await this.#ask('/v1/info'))),
      attempt('cluster', async () => readCluster(await this.#ask('/v1/cluster'))),
      attempt('queries', () => this.#fetching.all(this.#coordinator + QUERIES, queriesAt(at))),
      attempt('workers', async () => readNodes(await this.#ask('/v1/service/presto'))),
      attempt('memory', () => this.#fetching.all(`${this.#coordinator}/v1/cluster/workerMemory`, MEMORY)),
    ]);
    const report = await this.#updateBook(nodes, cluster.value, memory.value, began);
    return {
      at,
      ...part('uptime', info.value),
      ...part('cluster', cluster.value),
      ...part('queries', queries.value),
      ...part('workers', nodes.value === undefined ? undefined : this.#book.workers()),
      ...part(
        'memory',
        memory.value?.filter(({ id }) => !this.#coordinatorIds.has(id)),
      ),
      reports: [info.report, cluster.report, queries.report, report, memory.report],
    };
  }

  /**
   * Counters that the engine keeps by itself, from two small JMX attributes.
   * @throws if they cannot be read
   */
  async endedTotals(): Promise<EndedTotals> {
    const [queries, cpuSeconds] = await Promise.all(
      ['CompletedQueries.TotalCount', 'ConsumedCpuTimeSecs.TotalCount'].map(async (name) =>
        readAttribute(await this.#ask(`${DISPATCHER}/${name}`), name),
      ),
    );
    return { queries: queries as number, cpuSeconds: cpuSeconds as number };
  }

  async #updateBook(
    { report, value: nodes }: Attempt<readonly AnnouncedNode[]>,
    cluster: ClusterReading | undefined,
    memory: readonly NodeMemory[] | undefined,
    began: number,
  ): Promise<SourceReport> {
    if (nodes === undefined) return report;
    const nodesWithMemory = memory && new Set(memory.map(({ id }) => id));
    this.#coordinatorIds = new Set(nodes.filter(({ role }) => role === 'coordinator').map(({ id }) => id));
    if (nodesWithMemory !== undefined) {
      this.#coordinatorWorks = [...this.#coordinatorIds].some((id) => nodesWithMemory.has(id));
    }
    this.#book.announce(nodes);
    const active = this.#activeWorkers(nodes, cluster);
    const asking = {
      coordinator: this.#coordinator,
      fetching: this.#fetching,
      book: this.#book,
      nodesWithMemory,
      hasTime: () => performance.now() - began < this.#fetching.timeoutMilliseconds,
    };
    const errors = [
      ...(await askWorkers(this.#book.newcomers(), asking)),
      ...(await askWorkers(this.#book.suspects(active), asking)),
    ];
    if (errors.length === 0) this.#book.settle(active);
    const [error] = errors;
    return { ...report, milliseconds: performance.now() - began, ...(error === undefined ? {} : { error }) };
  }

  /** The coordinator's own count, without what is no worker; undefined while that cannot be told. */
  #activeWorkers(nodes: readonly AnnouncedNode[], cluster: ClusterReading | undefined): number | undefined {
    if (cluster?.activeNodes === undefined || this.#coordinatorWorks === undefined) return undefined;
    const others = nodes.filter(({ role }) => role === 'other').length;
    return Math.max(0, cluster.activeNodes - others - (this.#coordinatorWorks ? this.#coordinatorIds.size : 0));
  }

  #ask(path: string): Promise<string> {
    return this.#fetching.text(this.#coordinator + path);
  }
}
