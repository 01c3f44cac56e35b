/** An exporter's `/metrics` as the sample it was made of. */
import parsePrometheusTextFormat from 'parse-prometheus-text-format';
import {
  CLASS_LABEL,
  CLASS_METRICS,
  CLASSES_METRIC,
  END_OF_METRICS,
  SAMPLE_METRICS,
} from '../../../exporters/engine/metric-table.ts';
import { NonsenseError, quantity } from '../../../exporters/engine/untrusted.ts';
import type { QueryClassSample, WorkloadSample } from '../../core/model.ts';

type Family = ReturnType<typeof parsePrometheusTextFormat>[number];
type Families = ReadonlyMap<string, Family>;
type ClassFields = Record<string, number | string>;

const familiesOf = (text: string): Families => {
  if (!text.trimEnd().endsWith(END_OF_METRICS)) throw new NonsenseError('the metrics are cut off, or are none');
  try {
    return new Map(parsePrometheusTextFormat(text).map((family) => [family.name, family]));
  } catch (error) {
    throw new NonsenseError(`the metrics cannot be parsed: ${(error as Error).message.slice(0, 200)}`);
  }
};

const numberOf = (text: string | undefined, name: string): number =>
  quantity(text === undefined || text === '' ? text : Number(text), name);

/** The value of a metric without labels; undefined where it has no series. */
const single = (families: Families, name: string): number | undefined => {
  const metrics = families.get(name)?.metrics ?? [];
  if (metrics.length > 1) throw new NonsenseError(`${name} has ${metrics.length} series`);
  return metrics.length === 0 ? undefined : numberOf(metrics[0]?.value, name);
};

const collectClasses = (families: Families): ReadonlyMap<string, ClassFields> => {
  const classes = new Map<string, ClassFields>();
  for (const { name, field } of CLASS_METRICS) {
    for (const { labels, value } of families.get(name)?.metrics ?? []) {
      const className = labels?.[CLASS_LABEL];
      if (className === undefined) throw new NonsenseError(`${name} has a series without the label ${CLASS_LABEL}`);
      const fields = classes.get(className) ?? { name: className };
      fields[field] = numberOf(value, name);
      classes.set(className, fields);
    }
  }
  return classes;
};

const REQUIRED_FIELDS = CLASS_METRICS.map(({ field }) => field).filter((field) => field !== 'parallelismCores');

const classesOf = (families: Families): readonly QueryClassSample[] | undefined => {
  const count = single(families, CLASSES_METRIC.name);
  if (count === undefined) return undefined;
  const classes = [...collectClasses(families).values()];
  if (classes.length !== count) throw new NonsenseError(`${count} classes are told and ${classes.length} have series`);
  for (const fields of classes) {
    const lacking = REQUIRED_FIELDS.find((field) => fields[field] === undefined);
    if (lacking !== undefined) throw new NonsenseError(`class ${String(fields['name']).slice(0, 80)} lacks ${lacking}`);
  }
  return classes as unknown as readonly QueryClassSample[];
};

/**
 * A field without series is absent.
 * @returns undefined when the exporter has no sample of its engine
 * @throws {NonsenseError} if it is no exporter's text, is cut off, or has impossible numbers
 */
export const sampleFromMetrics = (text: string): WorkloadSample | undefined => {
  const families = familiesOf(text);
  const fields: Record<string, unknown> = {};
  for (const { name, field } of SAMPLE_METRICS) {
    const value = single(families, name);
    if (value !== undefined) fields[field] = value;
  }
  if (fields['takenAt'] === undefined) return undefined;
  const classes = classesOf(families);
  return { ...fields, ...(classes === undefined ? {} : { classes }) } as unknown as WorkloadSample;
};
