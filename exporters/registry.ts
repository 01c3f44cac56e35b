/**
 * Metrics as Prometheus text. The registry is built anew for each scrape: a registry that lives on keeps series of
 * what can no longer be read, and begins every metric without labels with a zero that nobody has measured.
 */
import { Counter, Gauge, type Metric, Registry } from 'prom-client';
import {
  type AnyMetricFamily,
  END_OF_METRICS,
  type HistogramFamily,
  type HistogramValue,
} from './engine/metric-table.ts';

export const METRICS_CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

const histogramLines = (name: string, { labels, buckets, sum, count }: HistogramValue) => [
  ...buckets.map((bucket) => ({
    metricName: `${name}_bucket`,
    labels: { ...labels, le: String(bucket.upTo) },
    value: bucket.count,
  })),
  { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
  { metricName: `${name}_sum`, labels, value: sum },
  { metricName: `${name}_count`, labels, value: count },
];

/** prom-client's own Histogram counts single observations only, so this is a metric with what its registry asks for. */
const givenHistogram = ({ name, help, type, values }: HistogramFamily): Metric => {
  const lines = values.flatMap((value) => histogramLines(name, value));
  return { name, help, type, get: async () => ({ name, help, type, values: lines, aggregator: 'sum' }) } as never;
};

const register = (family: AnyMetricFamily, registry: Registry): void => {
  if (family.type === 'histogram') {
    registry.registerMetric(givenHistogram(family));
    return;
  }
  const { name, help, type, values } = family;
  const labelNames = Object.keys(values[0]?.labels ?? {});
  const configuration = { name, help, labelNames, registers: [registry] };
  if (type === 'counter') {
    const metric = new Counter(configuration);
    for (const { labels, value } of values) metric.inc(labels, value);
    return;
  }
  const metric = new Gauge(configuration);
  for (const { labels, value } of values) metric.set(labels, value);
};

/** Prometheus text format 0.0.4, ended by a comment that shows that it is whole. */
export const renderMetrics = async (families: readonly AnyMetricFamily[]): Promise<string> => {
  const registry = new Registry();
  for (const family of families) if (family.values.length > 0) register(family, registry);
  return `${await registry.metrics()}${END_OF_METRICS}\n`;
};
