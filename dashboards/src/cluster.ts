/** The cluster at a glance: what it has, what it is asked for, and whether that is known. */
import { here, rate } from './here.ts';
import { page } from './page.ts';
import { lines, number, word } from './panels.ts';

const engine = (name: string): string => here(`prestoscale_engine_${name}`);

const NOW = [
  word({
    title: 'Engine',
    about: 'Engine and version that answer at the coordinator’s address.',
    queries: [[engine('info'), '{{engine}} {{version}}']],
  }),
  number({
    title: 'Ready workers',
    about: 'Workers that take work, without the coordinator.',
    unit: 'short',
    queries: [[engine('ready_workers'), 'ready']],
  }),
  number({
    title: 'Draining workers',
    about: 'Workers that only finish the tasks they have.',
    unit: 'short',
    queries: [[engine('draining_workers'), 'draining']],
  }),
  number({
    title: 'Running queries',
    about: 'Queries that have started, blocked ones included.',
    unit: 'short',
    queries: [[engine('running_queries'), 'running']],
  }),
  number({
    title: 'Waiting queries',
    about: 'Queries that wait for capacity or for the first workers, not for the limit of their own group.',
    unit: 'short',
    queries: [[`${engine('queued_queries')} + ${engine('waiting_for_workers_queries')}`, 'waiting']],
  }),
  number({
    title: 'Oldest wait',
    about: 'Age of the oldest query that waits or is held.',
    unit: 's',
    queries: [[engine('oldest_wait_seconds'), 'oldest']],
  }),
  number({
    title: 'Busy cores',
    about: 'Share of the ready cores that queries kept busy over about the last minute.',
    unit: 'percentunit',
    queries: [[here('cluster:prestoscale_engine_busy_cores:ratio'), 'busy']],
  }),
  number({
    title: 'Reserved memory',
    about: 'Share of the memory of the ready workers that queries have reserved.',
    unit: 'percentunit',
    queries: [[here('cluster:prestoscale_engine_reserved_memory:ratio'), 'reserved']],
  }),
];

const LOAD = [
  lines({
    title: 'Queries',
    about:
      'Live queries by what they do. Held ones wait for their resource group’s own limit: workers do not help them.',
    unit: 'short',
    stacked: true,
    queries: [
      [engine('running_queries'), 'running'],
      [engine('queued_queries'), 'wait for capacity'],
      [engine('waiting_for_workers_queries'), 'wait for workers'],
      [engine('group_held_queries'), 'held by their group'],
    ],
  }),
  lines({
    title: 'Blocked queries',
    about: 'All live queries, running ones that wait as a whole, and those of them that wait for memory.',
    unit: 'short',
    queries: [
      [here('cluster:prestoscale_engine_live_queries:sum'), 'live'],
      [engine('blocked_queries'), 'blocked'],
      [engine('blocked_on_memory_queries'), 'blocked on memory'],
    ],
  }),
  lines({
    title: 'Age',
    about: 'The oldest query that waits, and the oldest that runs.',
    unit: 's',
    queries: [
      [engine('oldest_wait_seconds'), 'oldest wait'],
      [engine('oldest_running_seconds'), 'oldest running'],
    ],
  }),
  lines({
    title: 'Cores',
    about: 'Cores that take work, those that drain, and those that queries kept busy.',
    unit: 'short',
    queries: [
      [engine('ready_cores'), 'ready'],
      [engine('draining_cores'), 'draining'],
      [engine('busy_cores'), 'busy'],
    ],
  }),
  lines({
    title: 'Splits',
    about: 'Drivers of live queries with a thread, and those that wait for one: more cores would serve them.',
    unit: 'short',
    queries: [
      [engine('running_splits'), 'running'],
      [engine('queued_splits'), 'queued'],
    ],
  }),
  lines({
    title: 'Memory',
    about:
      'Memory for queries on the ready workers, what is reserved, and what is reserved by queries that wait for more.',
    unit: 'bytes',
    queries: [
      [engine('memory_bytes'), 'there is'],
      [engine('reserved_memory_bytes'), 'reserved'],
      [engine('blocked_memory_bytes'), 'of blocked queries'],
    ],
  }),
];

const CLASSES = [
  lines({
    title: 'Live queries by class',
    about: 'Class: source|user|group. Up to 15 classes are told one by one, the others together.',
    unit: 'short',
    stacked: true,
    queries: [[engine('class_live_queries'), '{{class}}']],
  }),
  lines({
    title: 'Cores that classes could use',
    about: 'Estimate of the cores that the live queries of a class could keep busy at once.',
    unit: 'short',
    stacked: true,
    queries: [[engine('class_parallelism_cores'), '{{class}}']],
  }),
  lines({
    title: 'CPU of ended queries by class',
    about: 'CPU seconds a second of queries of a class that have ended.',
    unit: 'short',
    stacked: true,
    queries: [[rate('prestoscale_engine_class_finished_cpu_seconds_total'), '{{class}}']],
  }),
  lines({
    title: 'Held queries by class',
    about: 'Live queries of a class that their resource group holds back.',
    unit: 'short',
    stacked: true,
    queries: [[engine('class_held_queries'), '{{class}}']],
  }),
  lines({
    title: 'Ended queries by class',
    about: 'Queries a second of a class that were live and are gone.',
    unit: 'short',
    stacked: true,
    queries: [[rate('prestoscale_engine_class_finished_queries_total'), '{{class}}']],
  }),
  lines({
    title: 'Workers that queries require',
    about: 'The most workers that a waiting query requires before it starts; 0 if none waits.',
    unit: 'short',
    queries: [
      [engine('required_workers'), 'required'],
      [engine('ready_workers'), 'ready'],
    ],
  }),
];

const KNOWLEDGE = [
  lines({
    title: 'Sources',
    about: 'Whether the last reading of each part of the engine succeeded. What a failed part tells is unknown.',
    unit: 'short',
    max: 1,
    queries: [[here('prestoscale_exporter_source_up'), '{{source}}']],
  }),
  lines({
    title: 'Reading takes',
    about: 'Duration of the last reading of each part.',
    unit: 's',
    queries: [[here('prestoscale_exporter_source_duration_seconds'), '{{source}}']],
  }),
  lines({
    title: 'Errors',
    about: 'Readings a second that failed.',
    unit: 'short',
    queries: [[rate('prestoscale_exporter_source_errors_total'), '{{source}}']],
  }),
  lines({
    title: 'Age of what is known',
    about: 'Time since each part was last read with success.',
    unit: 's',
    queries: [[here('prestoscale_exporter_source_age_seconds'), '{{source}}']],
  }),
  lines({
    title: 'Pushed samples',
    about:
      'Samples a second that were written to the table, what could not be delivered, and wake-ups. Without push: nothing.',
    unit: 'short',
    queries: [
      [rate('prestoscale_exporter_pushes_total'), 'pushed'],
      [rate('prestoscale_exporter_push_errors_total'), 'failed'],
      [rate('prestoscale_exporter_wakes_total'), 'wake-ups'],
    ],
  }),
  lines({
    title: 'Age of the sample',
    about: 'Time since the engine was last read.',
    unit: 's',
    queries: [[`time() - ${engine('sample_timestamp_seconds')}`, 'age']],
  }),
];

export const clusterDashboard = page({
  uid: 'prestoscale-cluster',
  title: 'Prestoscale / Cluster',
  about: 'What a Presto or Trino cluster has and is asked for.',
  rows: [
    ['Now', NOW],
    ['Load', LOAD],
    ['Classes of queries', CLASSES],
    ['What is known', KNOWLEDGE],
  ],
});
