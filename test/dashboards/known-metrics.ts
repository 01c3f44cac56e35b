/** Every name that an expression may ask for: what the product tells, what its rules record, and a few of the agent and Prometheus. */
import { METRIC_LIST } from '../../scripts/metric-list.ts';
import { rules } from './expressions.ts';

/** Of the JMX agent's own, seen in the scrape of a real JVM (test/e2e/monitoring). */
const OF_THE_AGENT = [
  'jvm_memory_used_bytes',
  'jvm_memory_max_bytes',
  'jvm_gc_collection_seconds_count',
  'jvm_gc_collection_seconds_sum',
  'jvm_threads_current',
  'process_open_fds',
  'process_max_fds',
];
const OF_PROMETHEUS = ['up'];

const seriesOf = (name: string, type: string): readonly string[] =>
  type === 'histogram' ? ['_bucket', '_sum', '_count'].map((ending) => `${name}${ending}`) : [name];

export const knownMetrics = (): ReadonlySet<string> =>
  new Set([
    ...Object.values(METRIC_LIST).flatMap((metrics) => metrics.flatMap(({ name, type }) => seriesOf(name, type))),
    ...rules().flatMap(({ record }) => record ?? []),
    ...OF_THE_AGENT,
    ...OF_PROMETHEUS,
  ]);
