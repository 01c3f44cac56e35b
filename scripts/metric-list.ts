/** Every metric that the product tells, from the tables that tell them. */
import { READING_METRICS } from '../exporters/autoscaler/autoscaler-collector.ts';
import { AUTOSCALER_METRICS } from '../exporters/autoscaler/autoscaler-metrics.ts';
import { type AnyMetricFamily, detailFamilies, sampleFamilies } from '../exporters/engine/metric-table.ts';
import { pushFamilies, SourceRecord } from '../exporters/exporter-metrics.ts';
import { HistoryCounts } from '../exporters/history/history-counts.ts';
import { countFamilies, readingFamilies } from '../exporters/history/history-metrics.ts';
import { JMX_METRICS } from '../exporters/jmx/metrics.ts';
import { epochSeconds } from '../lambdas/core/quantities.ts';

export type MetricType = AnyMetricFamily['type'];

export interface ListedMetric {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
}

const NOTHING_PUSHED = { pushes: 0, errors: 0, wakes: 0 };

const listed = (metrics: readonly ListedMetric[]): readonly ListedMetric[] =>
  metrics.map(({ name, type, help }) => ({ name, type, help }));

/** By who tells them. */
export const METRIC_LIST = {
  engine: listed([...sampleFamilies({ takenAt: epochSeconds(0) }), ...detailFamilies({})]),
  history: listed([...countFamilies(new HistoryCounts()), ...readingFamilies([], 0)]),
  autoscaler: listed([...READING_METRICS, ...AUTOSCALER_METRICS]),
  exporter: listed([...new SourceRecord().families(0), ...pushFamilies(NOTHING_PUSHED)]),
  jmx: listed(JMX_METRICS),
} as const satisfies Readonly<Record<string, readonly ListedMetric[]>>;
