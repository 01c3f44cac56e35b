/** Metrics of ended queries: names, helps, and the series of what was counted. */
import type { AnyMetricFamily, HistogramFamily, MetricDefinition, MetricFamily } from '../engine/metric-table.ts';
import type { EndedCounts } from './capped-series.ts';
import type { HistoryCounts } from './history-counts.ts';
import type { ListReport } from './list-reader.ts';

const PREFIX = 'prestoscale_engine';

const metric = (type: MetricDefinition['type'], name: string, help: string): MetricDefinition => ({
  name: `${PREFIX}_${name}`,
  help,
  type,
});

const FINISHED = metric('counter', 'finished_queries_total', 'Queries that ended well since the first reading.');
const FAILED = metric('counter', 'failed_queries_total', 'Queries that failed since the first reading, by cause.');
const CPU = metric('counter', 'ended_cpu_seconds_total', 'CPU time of the queries that ended since the first reading.');
const INCOMPLETE = metric(
  'counter',
  'history_incomplete_queries_total',
  'Ended queries that were counted without a time that could not be read.',
);
const MISSED = metric(
  'counter',
  'history_missed_queries_total',
  'Queries that the engine counts as ended and forgot, or did not show, before they were read; at least so many.',
);

const UP = metric('gauge', 'history_up', 'Whether the last reading of the list of ended queries succeeded, by state.');
const AGE = metric('gauge', 'history_age_seconds', 'Time since a list of ended queries was last read to its end.');
const DURATION = metric('gauge', 'history_read_seconds', 'How long the last reading of a list of ended queries took.');
const ERRORS = metric('counter', 'history_errors_total', 'Readings of a list of ended queries that failed.');
const LISTED = metric('gauge', 'history_listed_queries', 'Ended queries in a list when it was last read to its end.');

/** Counted by one name of a query at a time, never by two together. */
const DIMENSIONS = [
  { label: 'group', of: 'of a resource group' },
  { label: 'user', of: 'of a user' },
  { label: 'source', of: 'of a source' },
] as const;

const COUNTS = [
  { field: 'finished', name: 'finished_queries_total', help: 'Queries that ended well' },
  { field: 'failed', name: 'failed_queries_total', help: 'Queries that failed' },
  { field: 'cpuSeconds', name: 'ended_cpu_seconds_total', help: 'CPU time of ended queries' },
] as const satisfies readonly { readonly field: keyof EndedCounts; readonly name: string; readonly help: string }[];

const DIMENSION_METRICS = DIMENSIONS.flatMap(({ label, of }) =>
  COUNTS.map(({ field, name, help }) => ({
    label,
    field,
    definition: metric('counter', `${label}_${name}`, `${help}, ${of}; "other": those without a series of their own.`),
  })),
);

const histogram = (name: string, help: string, value: HistoryCounts['wait']): HistogramFamily => ({
  name: `${PREFIX}_${name}`,
  help,
  type: 'histogram',
  values: [value.value()],
});

const one = (definition: MetricDefinition, value: number | undefined): MetricFamily => ({
  ...definition,
  values: value === undefined ? [] : [{ labels: {}, value }],
});

/** What was counted since the first reading. */
export const countFamilies = (counts: HistoryCounts): readonly AnyMetricFamily[] => [
  one(FINISHED, counts.finished),
  { ...FAILED, values: [...counts.failed].map(([cause, value]) => ({ labels: { cause }, value })) },
  one(CPU, counts.cpuSeconds),
  one(INCOMPLETE, counts.incomplete),
  one(MISSED, counts.missed.total),
  ...DIMENSION_METRICS.map(({ label, field, definition }) => ({
    ...definition,
    values: counts[label].entries().map(([name, each]) => ({ labels: { [label]: name }, value: each[field] })),
  })),
  histogram('query_wait_seconds', 'How long ended queries had waited: in the queue, and for workers.', counts.wait),
  histogram('query_run_seconds', 'How long ended queries had run, from planning to the end.', counts.run),
];

/** How the readings go, by state. */
export const readingFamilies = (reports: readonly ListReport[], now: number): readonly MetricFamily[] => {
  const family = (definition: MetricDefinition, pick: (report: ListReport) => number | undefined): MetricFamily => ({
    ...definition,
    values: reports.flatMap((report) => {
      const value = pick(report);
      return value === undefined ? [] : [{ labels: { state: report.state.toLowerCase() }, value }];
    }),
  });
  return [
    family(UP, ({ up }) => (up ? 1 : 0)),
    family(AGE, ({ readAt }) => (readAt === undefined ? undefined : Math.max(0, now - readAt))),
    family(DURATION, ({ seconds }) => seconds),
    family(ERRORS, ({ errors }) => errors),
    family(LISTED, ({ listed }) => listed),
  ];
};
