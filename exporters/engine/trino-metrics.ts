/**
 * A Trino coordinator's `/metrics` (OpenMetrics, since 407). It is asked for few names: up to 481 the server walks all
 * its beans once for each of them. A name that the version does not have is left out of the answer: unknown, not 0.
 */
import { NonsenseError, quantity } from './untrusted.ts';

const QUERIES = 'trino_execution_name_QueryManager';
/** Renamed in 477. */
const NODES_UNTIL_476 = 'trino_metadata_name_DiscoveryNodeManager';
const NODES_SINCE_477 = 'trino_node_name_CoordinatorNodeManager';
const FIRST_WITH_COORDINATOR_NODE_MANAGER = 477;
const POOL = 'trino_memory_type_ClusterMemoryPool_name_general';

/** Numbers of a coordinator. What is absent was not told. */
export interface TrinoMetrics {
  /** In the states RUNNING and QUEUED, of all users. */
  readonly runningQueries?: number;
  readonly queuedQueries?: number;
  /** CPU seconds of queries that have ended, each rounded down to a whole second. */
  readonly endedCpuSeconds?: number;
  /** Workers that the most demanding waiting query requires; 0 when none waits. */
  readonly requiredWorkers?: number;
  /** Active nodes, of which the coordinator is one, whether it does work of queries or not. */
  readonly activeNodes?: number;
  readonly drainingNodes?: number;
  readonly drainedNodes?: number;
  readonly shuttingDownNodes?: number;
  /** Of queries on all nodes, the coordinator's small share included. */
  readonly reservedMemoryBytes?: number;
  readonly memoryBlockedNodes?: number;
}

const namesOf = (release: number): Readonly<Record<keyof TrinoMetrics, string>> => {
  const nodes = release >= FIRST_WITH_COORDINATOR_NODE_MANAGER ? NODES_SINCE_477 : NODES_UNTIL_476;
  return {
    runningQueries: `${QUERIES}_RunningQueries`,
    queuedQueries: `${QUERIES}_QueuedQueries`,
    endedCpuSeconds: `${QUERIES}_ConsumedCpuTimeSecs`,
    requiredWorkers: 'trino_execution_name_ClusterSizeMonitor_RequiredWorkers',
    activeNodes: `${nodes}_ActiveNodeCount`,
    drainingNodes: `${nodes}_DrainingNodeCount`,
    drainedNodes: `${nodes}_DrainedNodeCount`,
    shuttingDownNodes: `${nodes}_ShuttingDownNodeCount`,
    reservedMemoryBytes: `${POOL}_ReservedDistributedBytes`,
    memoryBlockedNodes: `${POOL}_BlockedNodes`,
  };
};

/** Path and query of the request. */
export const metricsPath = (release: number): string =>
  `/metrics?${Object.values(namesOf(release))
    .map((name) => `name[]=${name}`)
    .join('&')}`;

/** A sample; node annotations are its labels, and its time is of no interest. */
const LINE = /^([A-Za-z_:][\w:]*)(?:\{.*\})?[ \t]+(\S+)/;

/** Samples by name; those that are no number are left out. */
const samplesOf = (text: string): ReadonlyMap<string, number> => {
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, name, value] = LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    const number = Number(value);
    if (!Number.isNaN(number)) samples.set(name, number);
  }
  return samples;
};

/**
 * GET /metrics
 * @throws {NonsenseError} if the text is cut off, is no OpenMetrics, or has none of what was asked for
 */
export const readMetrics = (body: string, release: number): TrinoMetrics => {
  if (!body.trimEnd().endsWith('# EOF')) {
    throw new NonsenseError(`the metrics are cut off, or are none (${body.length} characters)`);
  }
  const samples = samplesOf(body);
  const found = Object.entries(namesOf(release)).flatMap(([field, name]) => {
    const value = samples.get(name);
    return value === undefined ? [] : [[field, quantity(value, name)] as const];
  });
  if (found.length === 0) {
    throw new NonsenseError(
      `/metrics has no ${QUERIES}_RunningQueries, nor anything else that was asked for: expected beans under the ` +
        'name "trino"; is jmx.base-name set on the coordinator?',
    );
  }
  return Object.fromEntries(found);
};
