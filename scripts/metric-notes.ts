/** What docs/metrics.md says of each metric beside its help: where it comes from, its labels, and what it means when it is absent. */
import type { METRIC_LIST } from './metric-list.ts';

export interface MetricNote {
  /** Endpoints, or what it is computed from. */
  readonly source: string;
  /** What it means that there is no series. */
  readonly absent: string;
  readonly labels?: readonly string[];
  /** Where its name does not end in it. */
  readonly unit?: string;
}

const QUERIES = 'PrestoDB `/v1/queryState`; Trino `/v1/query`';
const CLUSTER = 'PrestoDB `/v1/cluster`; Trino `/metrics`';
const GROUPS = `${QUERIES}, and for what is held PrestoDB \`/v1/cluster\` (adjustedQueueSize), Trino \`/v1/resourceGroupState\``;
const WORKERS =
  'PrestoDB `/v1/service/presto`, Trino `/v1/service/trino` or `/v1/announce`; `/v1/info/state` of workers';
const CORES = `${WORKERS}; \`/v1/status\` of each worker`;
const MEMORY = 'PrestoDB `/v1/cluster/workerMemory`; Trino `/metrics` and `/v1/status` of each worker';
const NO_QUERIES = 'The live queries could not be read.';
const NO_SPLIT = 'The live queries could not be read, or how many are held by their groups is not known.';
const NO_WORKERS = 'The standing of a worker could not be read.';
const NO_CORES = 'The standing or the processors of a worker could not be read.';
const NO_CLASSES = 'No class yet, or it is not known which queries are held.';

const note = (source: string, absent: string, rest: Omit<MetricNote, 'source' | 'absent'> = {}): MetricNote => ({
  source,
  absent,
  ...rest,
});
const inClass = (source: string): MetricNote => note(source, NO_CLASSES, { labels: ['class'] });

const ENGINE: Readonly<Record<string, MetricNote>> = {
  sample_timestamp_seconds: note('The exporter’s clock', 'Nothing at all could be read of the engine.'),
  running_queries: note(QUERIES, NO_QUERIES),
  queued_queries: note(GROUPS, NO_SPLIT),
  waiting_for_workers_queries: note(QUERIES, NO_QUERIES),
  group_held_queries: note(GROUPS, `${NO_SPLIT} PrestoDB before 0.262 does not tell.`),
  blocked_on_memory_queries: note(QUERIES, NO_QUERIES),
  required_workers: note(
    'Trino `/metrics` (ClusterSizeMonitor); for PrestoDB `--required-workers`',
    'The live queries could not be read.',
  ),
  ready_workers: note(WORKERS, NO_WORKERS),
  ready_cores: note(CORES, NO_CORES),
  draining_workers: note(WORKERS, NO_WORKERS),
  draining_cores: note(CORES, NO_CORES),
  cpu_seconds_total: note(`${CLUSTER} and the live queries`, 'The engine’s count could not be read.'),
  reserved_memory_bytes: note(MEMORY, 'Memory could not be read.'),
  memory_bytes: note(MEMORY, 'Memory or workers could not be read, or all workers have just joined.'),
  oldest_wait_seconds: note(QUERIES, NO_QUERIES),
  oldest_running_seconds: note(QUERIES, NO_QUERIES),
  classes: note(QUERIES, NO_SPLIT, { unit: 'classes' }),
  class_live_queries: inClass(GROUPS),
  class_held_queries: inClass(GROUPS),
  class_live_cpu_seconds: inClass(QUERIES),
  class_parallelism_cores: note(QUERIES, `${NO_CLASSES} Or none of its queries has run yet.`, { labels: ['class'] }),
  class_finished_queries_total: inClass(`${QUERIES}: those that are gone`),
  class_finished_cpu_seconds_total: inClass(`${QUERIES}: those that are gone, as last seen`),
  info: note('`/v1/info`', 'The engine has not answered yet.', { labels: ['engine', 'version'], unit: '1' }),
  blocked_queries: note(QUERIES, NO_QUERIES),
  running_splits: note(QUERIES, NO_QUERIES),
  queued_splits: note(QUERIES, NO_QUERIES),
  busy_cores: note('The rise of cpu_seconds_total', 'The total has been read for less than 10 s.'),
  blocked_memory_bytes: note(QUERIES, NO_QUERIES),
  memory_blocked_nodes: note(
    'Trino `/metrics` (ClusterMemoryPool)',
    'PrestoDB does not tell; or `/metrics` could not be read.',
  ),
};

const LISTS = '`/v1/query?state=FINISHED` and `…FAILED`';
const NO_HISTORY = '`--history off`, or the lists have not been read to their ends yet.';
const ended = (...labels: readonly string[]): MetricNote => note(LISTS, NO_HISTORY, { labels });
const byList = (rest: string): MetricNote =>
  note('The reading of the lists', `\`--history off\`, or ${rest}`, { labels: ['state'] });
const times = (): MetricNote => note(LISTS, NO_HISTORY, { labels: ['le'] });

const HISTORY: Readonly<Record<string, MetricNote>> = {
  finished_queries_total: ended(),
  failed_queries_total: ended('cause'),
  ended_cpu_seconds_total: ended(),
  history_incomplete_queries_total: ended(),
  history_missed_queries_total: note(
    'What the engine has counted (PrestoDB JMX, Trino `/metrics`) less what was counted here',
    `${NO_HISTORY} Or the engine’s count cannot be read.`,
  ),
  ...Object.fromEntries(
    ['group', 'user', 'source'].flatMap((label) => [
      [`${label}_finished_queries_total`, ended(label)],
      [`${label}_failed_queries_total`, ended(label)],
      [`${label}_ended_cpu_seconds_total`, ended(label)],
    ]),
  ),
  query_wait_seconds: times(),
  query_run_seconds: times(),
  history_up: { ...byList('it has not been read yet.'), unit: '0 or 1' },
  history_age_seconds: byList('it has never been read to its end.'),
  history_read_seconds: byList('it has not been read yet.'),
  history_errors_total: { ...byList('it has not been read yet.'), unit: 'readings' },
  history_listed_queries: byList('it has never been read to its end.'),
};

const STATE = 'The autoscaler’s state in the table';
const LAST = 'The last tick, in the table';
const POLICY = 'The policy in force, in the table';
const HOLDS = 'The holds, in the table';
const FLEET = 'The fleet as the autoscaler last read it';
const NO_TICK = 'No tick has decided yet.';
const NO_FLEET = 'The fleet has not been read yet.';
const NO_PRICE = 'The price of a unit is not known.';

const AUTOSCALER: Readonly<Record<string, MetricNote>> = {
  up: note('The reading of the table', '`--autoscaler off`, or the table has not been read yet.', { unit: '0 or 1' }),
  read_errors_total: note('The reading of the table', '`--autoscaler off`, or not read yet.', { unit: 'readings' }),
  read_age_seconds: note('The reading of the table', 'It has never succeeded.'),
  target_units: note(LAST, NO_TICK, { labels: ['market'] }),
  provisioned_units: note(FLEET, NO_FLEET, { labels: ['market'] }),
  arriving_units: note(
    `Targets less what is provisioned; ${FLEET.toLowerCase()}`,
    'Nothing was ever asked for, or the fleet has not been read yet.',
    { labels: ['market'] },
  ),
  ready_units: note(LAST, 'The ready cores were not known.'),
  draining_units: note(LAST, 'The draining cores were not known.'),
  minimum_units: note(POLICY, 'There is no policy.'),
  maximum_units: note(POLICY, 'There is no policy.'),
  term_units: note(LAST, 'The term did not apply.', { labels: ['term'] }),
  outstanding_work_core_seconds: note(LAST, 'Work could not be estimated.', { unit: 'core-seconds' }),
  arriving_work_cores: note(LAST, 'The arrival of work could not be estimated.'),
  arriving_cores: note(LAST, NO_TICK),
  start_lag_seconds: note(LAST, NO_TICK),
  last_verdict: note(LAST, NO_TICK, { labels: ['verdict'], unit: '0 or 1' }),
  last_reason: note(LAST, 'The reason is not among those of the last decision.', { labels: ['code'], unit: '1' }),
  mode: note(POLICY, 'There is no policy.', { labels: ['mode'], unit: '0 or 1' }),
  scale_in_mode: note(LAST, 'It has not been found out yet.', { labels: ['mode'], unit: '0 or 1' }),
  policy_version: note(POLICY, 'There is no policy.', { unit: 'number of the version' }),
  policy_refused: note(POLICY, 'There is no policy.', { unit: '0 or 1' }),
  holds: note(HOLDS, 'The table could not be read.', { labels: ['kind'], unit: 'holds' }),
  hold_units: note(HOLDS, 'The table could not be read.', { labels: ['kind'] }),
  cost_usd_per_hour: note(LAST, NO_PRICE),
  cost_today_usd: note(STATE, `${NO_PRICE} Or no tick has decided today.`),
  cost_today_by_market_usd: note(STATE, `${NO_PRICE} Or no tick has come today.`, { labels: ['market'] }),
  unit_hours_today: note(STATE, 'No tick has come today.', { labels: ['market'], unit: 'unit-hours' }),
  cost_today_instead_usd: note(
    STATE,
    `${NO_PRICE} Or no tick has come today. \`fixed_size\` also while some units have no price.`,
    { labels: ['instead'] },
  ),
  cost_today_emr_fee_usd: note(STATE, `${NO_PRICE} Or no unit is priced by its type (docs/cost.md).`),
  cost_today_idle_usd: note(STATE, `${NO_PRICE} Or the engine tells of no classes.`),
  cost_today_priced_ratio: note(STATE, 'Nothing was provisioned today, or no tick has come.'),
  budget_used_ratio: note(`${LAST}; ${POLICY.toLowerCase()}`, `The policy has no such budget. ${NO_PRICE}`, {
    labels: ['budget'],
  }),
  at_risk_today_queries: note(STATE, NO_TICK),
  spot_ratio: note(FLEET, 'The fleet has not been read yet, or has nothing.'),
  stand_in_units: note(STATE, NO_TICK),
  zombie_units: note(STATE, 'Not looked for yet: engine and fleet have not been compared.'),
  ticks_total: note(STATE, NO_TICK, { unit: 'ticks' }),
  tick_age_seconds: note(STATE, NO_TICK),
  sample_age_seconds: note(STATE, 'There has been no sample.'),
  fleet_age_seconds: note(FLEET, NO_FLEET),
};

const bySource = (absent: string, unit?: string): MetricNote =>
  note('The exporter itself', absent, { labels: ['source'], ...(unit === undefined ? {} : { unit }) });
const pushed = (unit?: string): MetricNote =>
  note('The exporter itself', 'Nothing is pushed: no `--push-table`.', unit === undefined ? {} : { unit });

const EXPORTER: Readonly<Record<string, MetricNote>> = {
  source_up: bySource('The source has not been read yet.', '0 or 1'),
  source_duration_seconds: bySource('The source has not been read yet.'),
  source_errors_total: bySource('The source has not been read yet.', 'readings'),
  source_age_seconds: bySource('The source has never been read with success.'),
  pushes_total: pushed('samples'),
  push_errors_total: pushed('samples and wake-ups'),
  wakes_total: pushed('wake-ups'),
};

const prefixed = (prefix: string, notes: Readonly<Record<string, MetricNote>>) =>
  Object.fromEntries(Object.entries(notes).map(([name, each]) => [`prestoscale_${prefix}_${name}`, each]));

/** By the whole name of the metric. Those of JMX say in their own table what they are read from. */
export const METRIC_NOTES: Readonly<
  Record<Exclude<keyof typeof METRIC_LIST, 'jmx'>, Readonly<Record<string, MetricNote>>>
> = {
  engine: prefixed('engine', ENGINE),
  history: prefixed('engine', HISTORY),
  autoscaler: prefixed('autoscaler', AUTOSCALER),
  exporter: prefixed('exporter', EXPORTER),
};
