/** The JVMs of coordinator and workers, by the JMX agent. */
import { here, JMX, rate } from './here.ts';
import { page } from './page.ts';
import { lines } from './panels.ts';

const jmx = (name: string, ...more: readonly string[]): string => here(`prestoscale_jmx_${name}`, ...more);
const NODE = '{{role}} {{instance}}';

const HEAP = [
  lines({
    title: 'Heap in use',
    about: 'Used share of the heap of each node. What matters is how low it falls after a collection.',
    unit: 'percentunit',
    max: 1,
    queries: [[here('instance:prestoscale_heap_used:ratio'), NODE]],
  }),
  lines({
    title: 'Garbage collection',
    about: 'Share of the time in which a node stands still to collect garbage.',
    unit: 'percentunit',
    queries: [[here('instance:prestoscale_gc_seconds:rate5m'), NODE]],
  }),
  lines({
    title: 'Collections',
    about: 'Collections a second of all nodes, by collector.',
    unit: 'short',
    queries: [[`sum by (gc, role) (${rate('jvm_gc_collection_seconds_count', JMX)})`, '{{role}} {{gc}}']],
  }),
  lines({
    title: 'Heap',
    about: 'Heap in use on each node.',
    unit: 'bytes',
    queries: [[here('jvm_memory_used_bytes', JMX, 'area="heap"'), NODE]],
  }),
  lines({
    title: 'Outside the heap',
    about: 'Code, classes and the like.',
    unit: 'bytes',
    queries: [[here('jvm_memory_used_bytes', JMX, 'area="nonheap"'), NODE]],
  }),
  lines({
    title: 'Threads',
    about: 'Live threads of each node.',
    unit: 'short',
    queries: [[here('jvm_threads_current', JMX), NODE]],
  }),
];

const PROCESS = [
  lines({
    title: 'CPU of the JVM',
    about: 'Share of a node’s processors that its JVM uses.',
    unit: 'percentunit',
    max: 1,
    queries: [[jmx('process_cpu_ratio'), NODE]],
  }),
  lines({
    title: 'CPU of the node',
    about: 'Share of a node’s processors in use, by whatever runs there.',
    unit: 'percentunit',
    max: 1,
    queries: [[jmx('node_cpu_ratio'), NODE]],
  }),
  lines({
    title: 'Open files',
    about: 'Share of the files that a JVM may have open.',
    unit: 'percentunit',
    queries: [[`${here('process_open_fds', JMX)} / ${here('process_max_fds', JMX)}`, NODE]],
  }),
];

const WORKERS = [
  lines({
    title: 'Splits',
    about: 'Splits on all workers; waiting ones have no thread.',
    unit: 'short',
    stacked: true,
    queries: [[here('cluster_state:prestoscale_jmx_splits:sum'), '{{state}}']],
  }),
  lines({ title: 'Tasks', about: 'Tasks on each worker.', unit: 'short', queries: [[jmx('tasks'), '{{instance}}']] }),
  lines({
    title: 'Failed tasks',
    about: 'Tasks a second that failed, by worker.',
    unit: 'short',
    queries: [[rate('prestoscale_jmx_failed_tasks_total'), '{{instance}}']],
  }),
  lines({
    title: 'Reserved memory',
    about: 'Memory that queries have reserved on each worker.',
    unit: 'bytes',
    queries: [[jmx('memory_pool_reserved_bytes', 'pool="general"'), '{{instance}}']],
  }),
  lines({
    title: 'Free memory',
    about: 'Memory that queries may still reserve on each worker.',
    unit: 'bytes',
    queries: [[jmx('memory_pool_free_bytes', 'pool="general"'), '{{instance}}']],
  }),
  lines({
    title: 'Data',
    about: 'Bytes a second that the tasks of all workers read and gave on.',
    unit: 'Bps',
    queries: [
      [`sum(${rate('prestoscale_jmx_task_input_bytes_total')})`, 'read'],
      [`sum(${rate('prestoscale_jmx_task_output_bytes_total')})`, 'given on'],
    ],
  }),
];

const COORDINATOR = [
  lines({
    title: 'Queries by what happened',
    about: 'Queries a second, as the coordinator counts them; completed ones may have failed.',
    unit: 'short',
    queries: [[rate('prestoscale_jmx_queries_total'), '{{event}}']],
  }),
  lines({
    title: 'Failures',
    about: 'Failed queries a second, by the engine’s kind of error.',
    unit: 'short',
    queries: [[rate('prestoscale_jmx_query_failures_total'), '{{kind}}']],
  }),
  lines({
    title: 'Nodes',
    about: 'Nodes that the coordinator knows; it counts itself among the active ones.',
    unit: 'short',
    queries: [[jmx('nodes'), '{{state}}']],
  }),
  lines({
    title: 'Memory of the cluster',
    about: 'Memory for queries on all nodes, and what is reserved.',
    unit: 'bytes',
    queries: [
      [jmx('cluster_memory_bytes'), 'there is'],
      [jmx('cluster_reserved_memory_bytes', 'kind="total"'), 'reserved'],
    ],
  }),
  lines({
    title: 'Nodes without memory',
    about: 'Nodes on which queries wait for memory, by pool.',
    unit: 'short',
    queries: [[jmx('cluster_memory_pool_blocked_nodes'), '{{pool}}']],
  }),
  lines({
    title: 'Execution time',
    about: 'Of queries completed in about five minutes, as the coordinator counts it.',
    unit: 's',
    queries: [[jmx('query_execution_seconds'), 'p{{percentile}}']],
  }),
];

export const jvmDashboard = page({
  uid: 'prestoscale-jvm',
  title: 'Prestoscale / JVMs',
  about: 'Heap, garbage collection, threads and splits of every node with the JMX agent.',
  rows: [
    ['Heap', HEAP],
    ['Processes', PROCESS],
    ['Workers', WORKERS],
    ['Coordinator', COORDINATOR],
  ],
});
