/** Ended queries: how many, how long they waited, whose they were, and why some failed. */
import { here, rate } from './here.ts';
import { page } from './page.ts';
import { buckets, lines, number } from './panels.ts';

const ENDED = [
  number({
    title: 'Late queries, an hour',
    about: 'Share of the queries ended in the last hour that had waited longer than 60 s.',
    unit: 'percentunit',
    width: 4,
    queries: [[here('cluster:prestoscale_engine_late_queries:ratio1h'), 'late']],
  }),
  number({
    title: 'Late queries, a day',
    about: 'The same of the last day.',
    unit: 'percentunit',
    width: 4,
    queries: [[here('cluster:prestoscale_engine_late_queries:ratio1d'), 'late']],
  }),
  number({
    title: 'Wait p95, an hour',
    about: 'Of 20 queries ended in the last hour 19 had waited less.',
    unit: 's',
    width: 4,
    queries: [[here('cluster:prestoscale_engine_query_wait_seconds:quantile1h', 'quantile="0.95"'), 'wait']],
  }),
  number({
    title: 'Wait p95, a day',
    about: 'The same of the last day.',
    unit: 's',
    width: 4,
    queries: [[here('cluster:prestoscale_engine_query_wait_seconds:quantile1d', 'quantile="0.95"'), 'wait']],
  }),
  number({
    title: 'Run p95, a day',
    about: 'Of 20 queries ended in the last day 19 had run less, from planning to the end.',
    unit: 's',
    width: 4,
    queries: [[here('cluster:prestoscale_engine_query_run_seconds:quantile1d', 'quantile="0.95"'), 'run']],
  }),
  number({
    title: 'Failed queries',
    about: 'Share of the queries ended in the last five minutes that failed, whatever the cause.',
    unit: 'percentunit',
    width: 4,
    queries: [[here('cluster:prestoscale_engine_failed_queries:ratio_rate5m'), 'failed']],
  }),
];

const TIMES = [
  lines({
    title: 'Ended queries',
    about: 'Queries a second that ended well.',
    unit: 'short',
    queries: [[here('cluster:prestoscale_engine_finished_queries:rate5m'), 'finished']],
  }),
  lines({
    title: 'Failed queries by cause',
    about: 'Queries a second. worker_lost: they ran on a worker that went away; no_workers: none came in time.',
    unit: 'short',
    stacked: true,
    queries: [[here('cluster_cause:prestoscale_engine_failed_queries:rate5m'), '{{cause}}']],
  }),
  lines({
    title: 'CPU of ended queries',
    about: 'CPU seconds a second of ended queries, and of all queries as the engine counts it.',
    unit: 'short',
    queries: [
      [here('cluster:prestoscale_engine_ended_cpu_seconds:rate5m'), 'ended queries'],
      [here('cluster:prestoscale_engine_cpu_seconds:rate5m'), 'all queries'],
    ],
  }),
  lines({
    title: 'Wait',
    about: 'How long queries ended in the last hour had waited: in the queue, and for workers.',
    unit: 's',
    queries: [[here('cluster:prestoscale_engine_query_wait_seconds:quantile1h'), 'p{{quantile}}']],
  }),
  lines({
    title: 'Run time',
    about: 'How long queries ended in the last hour had run, from planning to the end.',
    unit: 's',
    queries: [[here('cluster:prestoscale_engine_query_run_seconds:quantile1h'), 'p{{quantile}}']],
  }),
  buckets({
    title: 'Waits',
    about: 'Ended queries a second by how long they had waited.',
    unit: 's',
    queries: [[here('cluster_le:prestoscale_engine_query_wait_seconds_bucket:rate5m'), '{{le}}']],
  }),
];

const top = (of: string, metric: string, label: string, about: string) =>
  lines({ title: of, about, unit: 'short', stacked: true, queries: [[here(metric), `{{${label}}}`]] });

const WHOSE = [
  top(
    'CPU by user',
    'cluster_user:prestoscale_engine_ended_cpu_seconds:topk10_rate1h',
    'user',
    'The ten users whose ended queries used most CPU in the last hour, in CPU seconds a second.',
  ),
  top(
    'Queries by user',
    'cluster_user:prestoscale_engine_finished_queries:topk10_rate1h',
    'user',
    'The ten users with most finished queries a second in the last hour.',
  ),
  top(
    'Failed queries by user',
    'cluster_user:prestoscale_engine_failed_queries:topk10_rate1h',
    'user',
    'The ten users with most failed queries a second in the last hour.',
  ),
  top(
    'CPU by source',
    'cluster_source:prestoscale_engine_ended_cpu_seconds:topk10_rate1h',
    'source',
    'The ten sources whose ended queries used most CPU in the last hour, in CPU seconds a second.',
  ),
  top(
    'Queries by source',
    'cluster_source:prestoscale_engine_finished_queries:topk10_rate1h',
    'source',
    'The ten sources with most finished queries a second in the last hour.',
  ),
  top(
    'CPU by resource group',
    'cluster_group:prestoscale_engine_ended_cpu_seconds:topk10_rate1h',
    'group',
    'The ten resource groups whose ended queries used most CPU in the last hour, in CPU seconds a second.',
  ),
];

const history = (name: string): string => here(`prestoscale_engine_history_${name}`);

const COUNTING = [
  lines({
    title: 'Queries that are not counted',
    about:
      'Queries a second that the engine forgot before they were read, and those counted without one of their times.',
    unit: 'short',
    queries: [
      [rate('prestoscale_engine_history_missed_queries_total'), 'missed'],
      [rate('prestoscale_engine_history_incomplete_queries_total'), 'incomplete'],
    ],
  }),
  lines({
    title: 'Lists of ended queries',
    about: 'Queries in the lists that the engine keeps, when they were last read to their ends.',
    unit: 'short',
    queries: [[history('listed_queries'), '{{state}}']],
  }),
  lines({
    title: 'Reading of the lists',
    about: 'How long the last reading took, and how long ago a whole one was.',
    unit: 's',
    queries: [
      [history('read_seconds'), '{{state}} takes'],
      [history('age_seconds'), '{{state}} age'],
    ],
  }),
];

export const queriesDashboard = page({
  uid: 'prestoscale-queries',
  title: 'Prestoscale / Queries and users',
  about: 'Ended queries of a Presto or Trino cluster: waits, failures, and whose they were.',
  rows: [
    ['Late and failed', ENDED],
    ['Rates and times', TIMES],
    ['Whose', WHOSE],
    ['Counting', COUNTING],
  ],
});
