/**
 * Metrics as lines of the log, from which CloudWatch makes them without a call: the embedded metric format
 * (Amazon CloudWatch User Guide, "Specification: Embedded metric format").
 *
 * A line is one JSON object. `_aws` says which of its other members are metrics and which are dimensions; one line may
 * hold several such sets, so that a tick is one line.
 */
import { METRICS } from '../../contract.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Measure, Measured } from '../../ports/measures.ts';

export interface EmfOptions {
  readonly environment: string;
  readonly clock: Clock;
  /** Writes one line, its end included. */
  readonly write: (line: string) => void;
}

interface Metric {
  readonly name: string;
  readonly value: number;
}

/** Numbers that CloudWatch takes (API reference, PutMetricData: no NaN, no infinity); all others are unknown. */
const metricsOf = (names: Readonly<Record<string, string>>, numbers: object): readonly Metric[] =>
  Object.entries(numbers).flatMap(([key, value]) => {
    const name = names[key];
    return name !== undefined && typeof value === 'number' && Number.isFinite(value) ? [{ name, value }] : [];
  });

const directive = (dimensions: readonly string[], metrics: readonly Metric[]) =>
  metrics.length === 0
    ? []
    : [
        {
          Namespace: METRICS.namespace,
          Dimensions: [dimensions],
          Metrics: metrics.map(({ name }) => ({ Name: name, Unit: 'Count' })),
        },
      ];

/** Dimension values may have ASCII only, and at most 1,024 characters (API reference, Dimension). */
const dimensionOf = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 1024);

const lineOf = ({ environment, cluster }: Measured, options: EmfOptions): string | undefined => {
  const { dimensions, ofCluster, ofEnvironment } = METRICS;
  const told = cluster === undefined ? [] : metricsOf(ofCluster, cluster.measures);
  const added = metricsOf(ofEnvironment, environment);
  if (told.length + added.length === 0) return undefined;
  return JSON.stringify({
    _aws: {
      Timestamp: Math.round(options.clock.now() * 1000),
      CloudWatchMetrics: [
        ...directive([dimensions.environment, dimensions.cluster], told),
        ...directive([dimensions.environment], added),
      ],
    },
    [dimensions.environment]: dimensionOf(options.environment),
    ...(cluster === undefined ? {} : { [dimensions.cluster]: dimensionOf(cluster.name) }),
    ...Object.fromEntries([...told, ...added].map(({ name, value }) => [name, value])),
  });
};

/** {@link Measure} by lines of the log; nothing is written where nothing is known. */
export const emfMeasure =
  (options: EmfOptions): Measure =>
  (measured) => {
    const line = lineOf(measured, options);
    if (line !== undefined) options.write(`${line}\n`);
  };
