/**
 * The rules of the embedded metric format and what CloudWatch reads out of a line, written from AWS's description
 * (Amazon CloudWatch User Guide, "Specification: Embedded metric format") and not from anybody's code.
 */

export interface EmfMetric {
  readonly namespace: string;
  readonly name: string;
  readonly value: unknown;
  readonly dimensions: Readonly<Record<string, unknown>>;
  readonly at: number;
}

interface Directive {
  readonly Namespace?: unknown;
  readonly Dimensions?: unknown;
  readonly Metrics?: unknown;
}

type Root = Readonly<Record<string, unknown>>;

const MOST_BYTES = 1_048_576;
const MOST_METRICS = 100;
const MOST_DIMENSIONS = 30;
const UNITS = new Set(['Count', 'Seconds', 'Milliseconds', 'Percent', 'None']);

const isText = (value: unknown, longest: number): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= longest;

const rootOf = (line: string): Root => JSON.parse(line) as Root;
const metadataOf = (root: Root) => (root['_aws'] ?? {}) as { Timestamp?: unknown; CloudWatchMetrics?: unknown };
const directivesOf = (root: Root): readonly Directive[] => {
  const { CloudWatchMetrics } = metadataOf(root);
  return Array.isArray(CloudWatchMetrics) ? (CloudWatchMetrics as Directive[]) : [];
};
const setsOf = ({ Dimensions }: Directive): readonly (readonly string[])[] =>
  Array.isArray(Dimensions) ? (Dimensions as string[][]) : [];
const definitionsOf = ({ Metrics }: Directive): readonly { Name: string; Unit?: string }[] =>
  Array.isArray(Metrics) ? (Metrics as { Name: string }[]) : [];

const dimensionFaults = (root: Root, set: readonly string[]): string[] => [
  ...(set.length > MOST_DIMENSIONS ? [`${set.length} dimensions`] : []),
  ...set.flatMap((key) => {
    const value = root[key];
    if (!isText(key, 250)) return [`the dimension's name ${key}`];
    return isText(value, 1024) && /^[\x20-\x7e]+$/.test(value)
      ? []
      : [`the dimension ${key}: ${JSON.stringify(value)}`];
  }),
];

const metricFaults = (root: Root, { Name, Unit }: { Name: string; Unit?: string }): string[] => {
  const value = root[Name];
  return [
    ...(isText(Name, 1024) ? [] : ['a metric without a name']),
    ...(Unit === undefined || UNITS.has(Unit) ? [] : [`the unit ${Unit}`]),
    ...(typeof value === 'number' && Number.isFinite(value) ? [] : [`the value of ${Name}: ${JSON.stringify(value)}`]),
  ];
};

const directiveFaults = (root: Root, directive: Directive): string[] => {
  const metrics = definitionsOf(directive);
  return [
    ...(isText(directive.Namespace, 1024) ? [] : ['no namespace']),
    ...(setsOf(directive).length === 0 ? ['no dimension set'] : []),
    ...(metrics.length === 0 || metrics.length > MOST_METRICS ? [`${metrics.length} metrics`] : []),
    ...setsOf(directive).flatMap((set) => dimensionFaults(root, set)),
    ...metrics.flatMap((metric) => metricFaults(root, metric)),
  ];
};

/** What CloudWatch would not take of a line; empty: it takes all of it. */
export const emfFaults = (line: string): string[] => {
  if (Buffer.byteLength(line) > MOST_BYTES) return ['more than a megabyte'];
  const root = rootOf(line);
  const { Timestamp } = metadataOf(root);
  return [
    ...(Number.isInteger(Timestamp) && (Timestamp as number) > 1e12 ? [] : [`the time ${String(Timestamp)}`]),
    ...(directivesOf(root).length === 0 ? ['no directive'] : []),
    ...directivesOf(root).flatMap((directive) => directiveFaults(root, directive)),
  ];
};

/** The metrics that CloudWatch makes of a line: each of a directive in each of its dimension sets. */
export const metricsIn = (line: string): readonly EmfMetric[] => {
  const root = rootOf(line);
  return directivesOf(root).flatMap((directive) =>
    setsOf(directive).flatMap((set) =>
      definitionsOf(directive).map(({ Name }) => ({
        namespace: String(directive.Namespace),
        name: Name,
        value: root[Name],
        dimensions: Object.fromEntries(set.map((key) => [key, root[key]])),
        at: Number(metadataOf(root).Timestamp),
      })),
    ),
  ) as readonly EmfMetric[];
};
