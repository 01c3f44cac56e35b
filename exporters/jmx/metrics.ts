/**
 * What the JMX agent tells of an engine's JVMs: every metric, and the attributes of MBeans that it comes from. The same
 * metric has the same name for both engines, and for the versions that call its MBean differently. Everything else stays
 * out: an agent without a list shows more than 5,000 series a node, most of them of `sql.planner`.
 */
import {
  ALLOCATOR,
  type Bean,
  CLUSTER_MEMORY,
  CLUSTER_POOLS,
  DEDICATED,
  DISPATCH,
  EXECUTORS,
  GROUPS,
  type JmxAttribute,
  NODES,
  POOLS,
  SIZE,
  SYSTEM,
  TASKS,
} from './beans.ts';

export interface JmxMetric {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  readonly attributes: readonly JmxAttribute[];
}

const PREFIX = 'prestoscale_jmx';
const SECONDS_PER_MILLISECOND = 0.001;
const SECONDS_PER_MICROSECOND = 0.000001;

/** Trino alone tells these. */
const TRINO_QUERIES = DISPATCH.slice(1);

type Rest = Pick<JmxAttribute, 'labels' | 'factor'>;

const read = (beans: readonly Bean[], attribute: string, rest: Rest = {}): readonly JmxAttribute[] =>
  beans.map((one) => ({ ...one, attribute, ...rest }));

/** One series for each value of a label, by attribute. */
const readEach = (
  beans: readonly Bean[],
  label: string,
  attributes: Readonly<Record<string, string>>,
  factor?: number,
): readonly JmxAttribute[] =>
  Object.entries(attributes).flatMap(([value, attribute]) =>
    read(beans, attribute, { labels: { [label]: value }, ...(factor === undefined ? {} : { factor }) }),
  );

const metric = (
  type: JmxMetric['type'],
  name: string,
  help: string,
  attributes: readonly JmxAttribute[],
): JmxMetric => ({ name: `${PREFIX}_${name}`, type, help, attributes });

const gauge = (name: string, help: string, attributes: readonly JmxAttribute[]): JmxMetric =>
  metric('gauge', name, help, attributes);
const counter = (name: string, help: string, attributes: readonly JmxAttribute[]): JmxMetric =>
  metric('counter', name, help, attributes);

const percentiles = (of: string): Readonly<Record<string, string>> => ({
  50: `${of}.FiveMinutes.P50`,
  95: `${of}.FiveMinutes.P95`,
  99: `${of}.FiveMinutes.P99`,
});

const COORDINATOR_METRICS: readonly JmxMetric[] = [
  gauge('live_queries', 'Queries in the coordinator, by state; the states overlap.', [
    ...readEach(DISPATCH, 'state', { running: 'RunningQueries', queued: 'QueuedQueries' }),
    ...readEach(TRINO_QUERIES, 'state', {
      progressing: 'ProgressingQueries',
      fully_blocked: 'FullyBlockedQueries',
      finishing: 'FinishingQueries',
    }),
  ]),
  counter(
    'queries_total',
    'Queries since the coordinator started, by what happened to them; completed ones may have failed.',
    readEach(DISPATCH, 'event', {
      submitted: 'SubmittedQueries.TotalCount',
      started: 'StartedQueries.TotalCount',
      completed: 'CompletedQueries.TotalCount',
      failed: 'FailedQueries.TotalCount',
      abandoned: 'AbandonedQueries.TotalCount',
      canceled: 'CanceledQueries.TotalCount',
    }),
  ),
  counter(
    'query_failures_total',
    'Failed queries since the coordinator started, by the engine’s kind of error.',
    readEach(DISPATCH, 'kind', {
      user_error: 'UserErrorFailures.TotalCount',
      internal: 'InternalFailures.TotalCount',
      external: 'ExternalFailures.TotalCount',
      insufficient_resources: 'InsufficientResourcesFailures.TotalCount',
    }),
  ),
  counter(
    'query_cpu_seconds_total',
    'CPU time of completed queries.',
    read(DISPATCH, 'ConsumedCpuTimeSecs.TotalCount'),
  ),
  counter(
    'query_input_bytes_total',
    'Bytes that completed queries read.',
    read(DISPATCH, 'ConsumedInputBytes.TotalCount'),
  ),
  counter(
    'query_input_rows_total',
    'Rows that completed queries read.',
    read(DISPATCH, 'ConsumedInputRows.TotalCount'),
  ),
  gauge(
    'query_execution_seconds',
    'Execution time of queries completed in about five minutes, by percentile; NaN: there was none.',
    readEach(DISPATCH, 'percentile', percentiles('ExecutionTime'), SECONDS_PER_MILLISECOND),
  ),
  gauge(
    'query_queued_seconds',
    'Time in the queue of queries completed in about five minutes, by percentile; NaN: there was none.',
    readEach(DISPATCH, 'percentile', percentiles('QueuedTime'), SECONDS_PER_MILLISECOND),
  ),
  gauge(
    'drivers',
    'Drivers of live queries, by state; Trino from 450.',
    readEach(TRINO_QUERIES, 'state', { running: 'RunningDrivers', blocked: 'BlockedDrivers', queued: 'QueuedDrivers' }),
  ),
  gauge(
    'required_workers',
    'The most workers that a waiting query requires; Trino only.',
    read(SIZE, 'RequiredWorkers'),
  ),
  gauge(
    'nodes',
    'Nodes that the coordinator knows, by state; itself is counted among the active ones.',
    readEach(NODES, 'state', {
      active: 'ActiveNodeCount',
      inactive: 'InactiveNodeCount',
      shutting_down: 'ShuttingDownNodeCount',
      draining: 'DrainingNodeCount',
      drained: 'DrainedNodeCount',
    }),
  ),
  gauge('cluster_memory_bytes', 'Memory for queries on all nodes.', read(CLUSTER_MEMORY, 'ClusterMemoryBytes')),
  gauge(
    'cluster_reserved_memory_bytes',
    'Memory that queries have reserved on all nodes: user memory, and all of it.',
    readEach(CLUSTER_MEMORY, 'kind', { user: 'ClusterUserMemoryReservation', total: 'ClusterTotalMemoryReservation' }),
  ),
  counter(
    'out_of_memory_killed_queries_total',
    'Queries that the coordinator killed because memory was full.',
    read(CLUSTER_MEMORY, 'QueriesKilledDueToOutOfMemory'),
  ),
  counter(
    'out_of_memory_killed_tasks_total',
    'Tasks that the coordinator killed because memory was full; Trino from 373.',
    read(CLUSTER_MEMORY.slice(1), 'TasksKilledDueToOutOfMemory'),
  ),
  gauge(
    'leaked_queries',
    'Queries that have ended and still hold memory.',
    read(CLUSTER_MEMORY, 'NumberOfLeakedQueries'),
  ),
  ...(
    [
      ['total_bytes', 'Size of a memory pool on all nodes.', 'TotalDistributedBytes'],
      ['free_bytes', 'Free memory of a pool on all nodes.', 'FreeDistributedBytes'],
      ['reserved_bytes', 'Reserved memory of a pool on all nodes.', 'ReservedDistributedBytes'],
      ['nodes', 'Nodes that have a pool.', 'Nodes'],
      ['blocked_nodes', 'Nodes on which queries wait for memory of a pool.', 'BlockedNodes'],
      ['queries', 'Queries assigned to a pool.', 'AssignedQueries'],
    ] as const
  ).map(([name, help, attribute]) =>
    gauge(`cluster_memory_pool_${name}`, help, read(CLUSTER_POOLS, attribute, { labels: { pool: '$1' } })),
  ),
  ...(
    [
      ['running_queries', 'Running queries of a resource group.', 'RunningQueries'],
      ['queued_queries', 'Queued queries of a resource group.', 'QueuedQueries'],
      ['waiting_queries', 'Queued queries that the group’s own limit does not hold back.', 'WaitingQueuedQueries'],
      ['concurrency_limit_queries', 'Queries that a resource group lets run at once.', 'HardConcurrencyLimit'],
    ] as const
  ).map(([name, help, attribute]) =>
    gauge(`resource_group_${name}`, help, read(GROUPS, attribute, { labels: { group: '$1' } })),
  ),
  gauge(
    'pending_tasks',
    'Tasks of queries with task retries that wait for a node, by why; Trino only.',
    readEach(ALLOCATOR, 'reason', {
      no_node: 'Stats.PendingStandardNoneMatching',
      not_enough_resources: 'Stats.PendingStandardNotEnoughResources',
      speculative_not_enough_resources: 'Stats.PendingSpeculativeNotEnoughResources',
    }),
  ),
];

const WORKER_METRICS: readonly JmxMetric[] = [
  gauge('tasks', 'Tasks on a worker.', read([...EXECUTORS, ...DEDICATED], 'Tasks')),
  gauge('splits', 'Splits on a worker, by state; waiting ones have no thread.', [
    ...readEach(EXECUTORS, 'state', {
      running: 'RunningSplits',
      waiting: 'WaitingSplits',
      blocked: 'BlockedSplits',
    }),
    ...readEach(DEDICATED, 'state', { running: 'TotalRunningSplits', waiting: 'TotalPendingLeafSplits' }),
  ]),
  gauge('runner_threads', 'Threads that work on splits.', read(EXECUTORS, 'RunnerThreads')),
  gauge(
    'executor_slots',
    'Threads that may work on leaf splits, and those that are free; Trino from 438.',
    readEach(DEDICATED, 'state', { total: 'ConcurrencyControlTotalSlots', free: 'ConcurrencyControlAvailableSlots' }),
  ),
  counter(
    'split_cpu_seconds_total',
    'CPU time of splits on a worker.',
    read(EXECUTORS, 'GlobalCpuTimeMicros.TotalCount', { factor: SECONDS_PER_MICROSECOND }),
  ),
  counter('task_input_bytes_total', 'Bytes that tasks of a worker read.', read(TASKS, 'InputDataSize.TotalCount')),
  counter('task_output_bytes_total', 'Bytes that tasks of a worker gave on.', read(TASKS, 'OutputDataSize.TotalCount')),
  counter('failed_tasks_total', 'Tasks of a worker that failed.', read(TASKS, 'FailedTasks.TotalCount')),
  ...(
    [
      ['max_bytes', 'Size of a worker’s memory pool.', 'MaxBytes'],
      ['free_bytes', 'Free memory of a worker’s pool.', 'FreeBytes'],
      ['reserved_bytes', 'Reserved memory of a worker’s pool.', 'ReservedBytes'],
      ['revocable_bytes', 'Memory of a worker’s pool that may be taken back.', 'ReservedRevocableBytes'],
    ] as const
  ).map(([name, help, attribute]) =>
    gauge(`memory_pool_${name}`, help, read(POOLS, attribute, { labels: { pool: '$1' } })),
  ),
];

const NODE_METRICS: readonly JmxMetric[] = [
  gauge('process_cpu_ratio', 'CPU that the JVM uses, as a share of all processors.', read(SYSTEM, 'ProcessCpuLoad')),
  // CpuLoad is its name since JDK 14; the old one is still there.
  gauge('node_cpu_ratio', 'CPU that is used on the node, as a share of all processors.', read(SYSTEM, 'SystemCpuLoad')),
  gauge('processors', 'Processors that the JVM has.', read(SYSTEM, 'AvailableProcessors')),
];

/** Every metric of the agent's configurations. */
export const JMX_METRICS: readonly JmxMetric[] = [...COORDINATOR_METRICS, ...WORKER_METRICS, ...NODE_METRICS];
