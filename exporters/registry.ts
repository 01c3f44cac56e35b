/**
 * Metrics as Prometheus text. The registry is built anew for each scrape: a registry that lives on keeps series of
 * what can no longer be read, and begins every metric without labels with a zero that nobody has measured.
 */
import { Counter, Gauge, Registry } from 'prom-client';
import { END_OF_METRICS, type MetricFamily } from './engine/metric-table.ts';

export const METRICS_CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

const register = ({ name, help, type, values }: MetricFamily, registry: Registry): void => {
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
export const renderMetrics = async (families: readonly MetricFamily[]): Promise<string> => {
  const registry = new Registry();
  for (const family of families) if (family.values.length > 0) register(family, registry);
  return `${await registry.metrics()}${END_OF_METRICS}\n`;
};
