/**
 * Reads a Trino coordinator (407 to 483) over its REST interface: four requests a reading, one for each worker that is
 * new or whose standing may have changed, and one for each resource group with a queue whose limit is not known yet.
 * `/v1/query` sends the texts of queries; they are passed over as they come, and are in no value and no message.
 */
import type { EpochSeconds } from '../../lambdas/core/quantities.ts';
import type { EngineAccess } from './access.ts';
import { type Attempt, attempt, part } from './attempt.ts';
import { Fetching } from './fetching.ts';
import { StatusError } from './http.ts';
import { type AnnouncedNode, readInfo, readNodes } from './presto-answers.ts';
import type { ClusterReading, EngineReader, EngineReading, SourceReport, Uptime } from './reading.ts';
import { readAnnouncements, type TrinoQuery } from './trino-answers.ts';
import { TrinoGroups } from './trino-groups.ts';
import { metricsPath, readMetrics, type TrinoMetrics } from './trino-metrics.ts';
import { hiddenQueriesError, lacksQueries, listQueries } from './trino-queries.ts';
import { TrinoWorkers, workerCounts } from './trino-workers.ts';
import { NonsenseError } from './untrusted.ts';

export interface TrinoClientOptions {
  /** Such as `http://127.0.0.1:8889`. */
  readonly coordinator: string;
  /** The version, such as 479: names and paths depend on it. */
  readonly release: number;
  readonly now: () => EpochSeconds;
  /** Of one request; a whole reading takes at most four times as long. Default 3,000. */
  readonly timeoutMilliseconds?: number;
  /** Of one answer; default 256 MiB (`/v1/query` grows with the texts of queries). */
  readonly maximumBytes?: number;
  /** Default: open. */
  readonly access?: EngineAccess;
}

/** Before, and where `discovery.type=AIRLIFT_DISCOVERY` is set, nodes announce themselves to a discovery service. */
const FIRST_WITH_ANNOUNCE = 477;

const HINTS: Readonly<Record<number, string>> = {
  401: 'Trino wants to know who reads: expected --user, and over https --password-file',
  403: 'the user may not read this: expected the right to read system information',
};

const withHint = (error: Error): Error => {
  const hint = error instanceof StatusError ? HINTS[error.status] : undefined;
  return hint === undefined ? error : new Error(`${error.message}: ${hint}`, { cause: error });
};

interface QueriesRead {
  readonly attempt: Attempt<readonly TrinoQuery[]>;
  /** Why it is not known of some which are held. */
  readonly groupErrors: readonly Error[];
}

export class TrinoClient implements EngineReader {
  readonly #coordinator: string;
  readonly #release: number;
  readonly #now: () => EpochSeconds;
  readonly #fetching: Fetching;
  readonly #workers = new TrinoWorkers();
  readonly #groups = new TrinoGroups();
  #announces: boolean;

  constructor(options: TrinoClientOptions) {
    this.#coordinator = options.coordinator.replace(/\/+$/, '');
    this.#release = options.release;
    this.#now = options.now;
    this.#fetching = new Fetching({ ...options, explain: withHint });
    this.#announces = options.release >= FIRST_WITH_ANNOUNCE;
  }

  /** @param asked the answer of `/v1/info` where somebody else asks for it */
  async read(asked?: Promise<Attempt<Uptime>>): Promise<EngineReading> {
    const at = this.#now();
    const infoAsked = asked ?? attempt('info', async () => readInfo(await this.#ask('/v1/info')));
    const nodesAsked = attempt('workers', () => this.#readNodes());
    // Before the queries: one that ends in between is in neither, and the CPU total dips instead of running ahead.
    const metrics = await this.#readMetrics();
    const [info, nodes, { attempt: queries, groupErrors }] = await Promise.all([
      infoAsked,
      nodesAsked,
      this.#readQueries(at, metrics.value),
    ]);
    const workers = await this.#updateWorkers(nodes, metrics.value);
    const [groupError] = groupErrors;
    return {
      at,
      ...part('uptime', info.value),
      ...part('cluster', metrics.value && clusterOf(metrics.value, queries.value)),
      ...part('queries', queries.value),
      ...part('workers', nodes.value === undefined ? undefined : this.#workers.workers),
      reports: [
        info.report,
        metrics.report,
        groupError === undefined ? queries.report : { ...queries.report, error: groupError },
        workers,
        memoryReport(metrics),
      ],
    };
  }

  #readMetrics(): Promise<Attempt<TrinoMetrics>> {
    return attempt('cluster', async () => readMetrics(await this.#ask(metricsPath(this.#release)), this.#release));
  }

  async #readQueries(at: EpochSeconds, metrics: TrinoMetrics | undefined): Promise<QueriesRead> {
    const hasTime = this.#fetching.timer();
    const asking = { release: this.#release, at, coordinator: this.#coordinator, fetching: this.#fetching, hasTime };
    const read = await attempt('queries', async () => {
      const queries = await listQueries(asking);
      if (!lacksQueries(queries, metrics)) return queries;
      // They may have ended since they were counted; that twice in a row, with others counted in between, is hardly so.
      const again = await this.#readMetrics();
      const more = await listQueries(asking);
      if (again.value !== undefined && lacksQueries(more, again.value))
        throw hiddenQueriesError(more.length, again.value);
      return more;
    });
    if (read.value === undefined) return { attempt: read, groupErrors: [] };
    const groupErrors = await this.#groups.refresh(read.value, asking);
    return { attempt: { ...read, value: this.#groups.judge(read.value) }, groupErrors };
  }

  async #readNodes(): Promise<readonly AnnouncedNode[]> {
    try {
      return await this.#nodesBy(this.#announces);
    } catch (error) {
      if (!(error instanceof StatusError && error.status === 404)) throw error;
      const nodes = await this.#nodesBy(!this.#announces);
      this.#announces = !this.#announces;
      return nodes;
    }
  }

  async #nodesBy(announces: boolean): Promise<readonly AnnouncedNode[]> {
    return announces
      ? readAnnouncements(await this.#ask('/v1/announce'))
      : readNodes(await this.#ask('/v1/service/trino'));
  }

  async #updateWorkers(
    { report, value: nodes }: Attempt<readonly AnnouncedNode[]>,
    metrics: TrinoMetrics | undefined,
  ): Promise<SourceReport> {
    if (nodes === undefined) return report;
    const began = performance.now();
    const asking = { fetching: this.#fetching, hasTime: this.#fetching.timer() };
    const [error] = await this.#workers.update(nodes, workerCounts(metrics), asking);
    const milliseconds = report.milliseconds + performance.now() - began;
    return { ...report, milliseconds, ...(error === undefined ? {} : { error }) };
  }

  #ask(path: string): Promise<string> {
    return this.#fetching.text(this.#coordinator + path);
  }
}

/** Trino counts the CPU of ended queries only; that of live ones is added. */
const clusterOf = (metrics: TrinoMetrics, queries: readonly TrinoQuery[] | undefined): ClusterReading => {
  const { endedCpuSeconds, requiredWorkers, activeNodes, reservedMemoryBytes, memoryBlockedNodes } = metrics;
  const live = queries?.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
  const isTotalKnown = endedCpuSeconds !== undefined && live !== undefined;
  return {
    ...part('activeNodes', activeNodes),
    ...part('cpuSecondsTotal', isTotalKnown ? Math.floor((endedCpuSeconds + live) * 100) / 100 : undefined),
    ...part('requiredWorkers', requiredWorkers),
    ...part('reservedMemoryBytes', reservedMemoryBytes),
    ...part('memoryBlockedNodes', memoryBlockedNodes),
  };
};

/** Memory comes with the metrics; what the workers have, they said themselves. */
const memoryReport = ({ report, value }: Attempt<TrinoMetrics>): SourceReport => {
  const memory: SourceReport = { ...report, source: 'memory' };
  if (value === undefined || value.reservedMemoryBytes !== undefined) return memory;
  return { ...memory, error: new NonsenseError('/metrics does not tell the reserved memory of the cluster') };
};
