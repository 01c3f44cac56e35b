/** The series of our own exporter as the sample they were made of, whoever kept them in between. */
import { CLASS_LABEL, CLASS_METRICS, CLASSES_METRIC, SAMPLE_METRICS } from '../../../exporters/engine/metric-table.ts';
import { NonsenseError, quantity } from '../../../exporters/engine/untrusted.ts';
import type { QueryClassSample, WorkloadSample } from '../../core/model.ts';

/** One series at one moment. */
export interface OneSeries {
  readonly labels?: Readonly<Record<string, string>>;
  /** As it was written: Prometheus writes numbers as texts. */
  readonly value?: string;
}

/** The series of a metric; an empty list where it has none. */
export type SeriesOf = (metric: string) => readonly OneSeries[];

type ClassFields = Record<string, number | string>;

/** Every metric that a sample is made of. */
export const OWN_METRICS: readonly string[] = [...SAMPLE_METRICS, CLASSES_METRIC, ...CLASS_METRICS].map(
  ({ name }) => name,
);

/** @throws {NonsenseError} if it is no number of 0 or more */
export const numberOf = (text: string | undefined, name: string): number =>
  quantity(text === undefined || text === '' ? text : Number(text), name);

/** Labels by which series differ: what a selector would have to say more of. */
const differingLabels = (series: readonly OneSeries[]): readonly string[] => {
  const names = new Set(series.flatMap(({ labels }) => Object.keys(labels ?? {})));
  return [...names].filter((name) => new Set(series.map(({ labels }) => labels?.[name])).size > 1);
};

/**
 * The one series of a metric; undefined where it has none.
 * @throws {NonsenseError} if there are several
 */
export const onlySeries = (series: readonly OneSeries[], name: string): OneSeries | undefined => {
  if (series.length <= 1) return series[0];
  const by = differingLabels(series);
  const difference = by.length === 0 ? '' : `; they differ by ${by.join(', ')}`;
  throw new NonsenseError(`${name} has ${series.length} series, expected one${difference}`);
};

const single = (seriesOf: SeriesOf, name: string): number | undefined => {
  const series = onlySeries(seriesOf(name), name);
  return series === undefined ? undefined : numberOf(series.value, name);
};

const collectClasses = (seriesOf: SeriesOf): ReadonlyMap<string, ClassFields> => {
  const classes = new Map<string, ClassFields>();
  for (const { name, field } of CLASS_METRICS) {
    for (const { labels, value } of seriesOf(name)) {
      const className = labels?.[CLASS_LABEL];
      if (className === undefined) throw new NonsenseError(`${name} has a series without the label ${CLASS_LABEL}`);
      const fields = classes.get(className) ?? { name: className };
      if (fields[field] !== undefined) {
        throw new NonsenseError(`${name} has several series for one class: of several exporters?`);
      }
      fields[field] = numberOf(value, name);
      classes.set(className, fields);
    }
  }
  return classes;
};

const REQUIRED_FIELDS = CLASS_METRICS.map(({ field }) => field).filter((field) => field !== 'parallelismCores');

const classesOf = (seriesOf: SeriesOf): readonly QueryClassSample[] | undefined => {
  const count = single(seriesOf, CLASSES_METRIC.name);
  if (count === undefined) return undefined;
  const classes = [...collectClasses(seriesOf).values()];
  if (classes.length !== count) throw new NonsenseError(`${count} classes are told and ${classes.length} have series`);
  for (const fields of classes) {
    const lacking = REQUIRED_FIELDS.find((field) => fields[field] === undefined);
    if (lacking !== undefined) throw new NonsenseError(`class ${String(fields['name']).slice(0, 80)} lacks ${lacking}`);
  }
  return classes as unknown as readonly QueryClassSample[];
};

/**
 * A field without series is absent.
 * @returns undefined when there is no sample of an engine among them
 * @throws {NonsenseError} for impossible numbers, and for series of several exporters at once
 */
export const sampleOfSeries = (seriesOf: SeriesOf): WorkloadSample | undefined => {
  const fields: Record<string, unknown> = {};
  for (const { name, field } of SAMPLE_METRICS) {
    const value = single(seriesOf, name);
    if (value !== undefined) fields[field] = value;
  }
  if (fields['takenAt'] === undefined) return undefined;
  const classes = classesOf(seriesOf);
  return { ...fields, ...(classes === undefined ? {} : { classes }) } as unknown as WorkloadSample;
};
