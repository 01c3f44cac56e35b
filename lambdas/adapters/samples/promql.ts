/** The two queries that are sent to a Prometheus: for our own metrics, and for a mapping to somebody else's. */
import { CLASSES_METRIC } from '../../../exporters/engine/metric-table.ts';
import { type FieldPath, placesOf } from '../../settings/mapped-fields.ts';
import { isPlainSelector, type PrometheusMapping } from '../../settings/prometheus-mapping.ts';
import { OWN_METRICS } from './own-metrics.ts';

/** The label by which the parts of one answer are told apart. */
export const FIELD_LABEL = 'prestoscale_field';
/** Stands before a field where its time is told and not its value. */
export const TIME_OF = 'time of ';

/** A text as PromQL writes it: by Go's rules, of which JSON's escapes are a part. */
const quoted = (text: string): string => JSON.stringify(text);

const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

const matcher = ([name, value]: readonly [string, string]): string => {
  if (LABEL_NAME.test(name) && name !== '__name__') return `${name}=${quoted(value)}`;
  throw new Error(`${quoted(name)} is no label to choose series by, expected a name such as cluster`);
};

/** What all names of our metrics begin with; the query names the rest of each. */
const PREFIX = CLASSES_METRIC.name.replace(/classes$/, '');

/**
 * Everything that a sample is made of, by one selector: one moment, one scrape.
 * @throws if a label's name is none
 */
export const ownQuery = (labels: Readonly<Record<string, string>>): string => {
  const names = OWN_METRICS.map((name) => name.slice(PREFIX.length)).join('|');
  return `{${[`__name__=~"${PREFIX}(${names})"`, ...Object.entries(labels).map(matcher)].join(',')}}`;
};

// An expression stands on lines of its own: it may end with a comment, and a line of a parse error leads back to it.
const labelled = (expression: string, label: string): string =>
  `label_replace((\n${expression}\n), "${FIELD_LABEL}", "${label}", "", "")`;

const partsOf = (path: FieldPath, expression: string): readonly string[] =>
  isPlainSelector(expression)
    ? [labelled(expression, path), labelled(`timestamp(\n${expression}\n)`, TIME_OF + path)]
    : [labelled(expression, path)];

/** All expressions of a mapping as one, each with its field as a label, evaluated for one moment. */
export const mappingQuery = (mapping: PrometheusMapping): string => {
  const { takenAt } = mapping;
  const parts = placesOf<string>(mapping).flatMap(([path, expression]) => partsOf(path, expression));
  return [...parts, ...(takenAt === undefined ? [] : [labelled(takenAt, 'takenAt')])].join('\nor\n');
};

/** The field whose expression stands at a line of a query of {@link mappingQuery}, lines counted from 1. */
export const fieldAtLine = (query: string, line: number): FieldPath | undefined => {
  const label = new RegExp(`^\\), "${FIELD_LABEL}", "(?:${TIME_OF})?([\\w.]+)"`);
  for (const text of query.split('\n').slice(Math.max(0, line - 1))) {
    const [, path] = label.exec(text) ?? [];
    if (path !== undefined) return path;
  }
  return undefined;
};
