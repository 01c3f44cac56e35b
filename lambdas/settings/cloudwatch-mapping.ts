/** Where the fields of a sample are found in CloudWatch: one metric and one statistic for each. */
import * as z from 'zod/mini';
import type { FieldsBy } from './mapped-fields.ts';
import { type JudgePlace, mappingSchema, type ParsedMapping, parseMapping } from './mapping-schema.ts';

export interface CloudWatchMetric {
  readonly namespace: string;
  readonly metric: string;
  /** All dimensions of the metric: to CloudWatch a metric with one more is another metric. Default: none. */
  readonly dimensions?: Readonly<Record<string, string>> | undefined;
  /** `Average`, `Maximum`, `p90`, …: what one period is summed up to. */
  readonly statistic: string;
  /** Length of a period: 1, 5, 10, 20, 30 or a multiple of 60. Below 60 only where the metric is of high resolution. */
  readonly periodSeconds: number;
}

export type CloudWatchMapping = FieldsBy<CloudWatchMetric>;

/** Of an API reference: lengths of GetMetricData's `Metric` and `Dimension`. */
const text = (most: number) =>
  z.string().check(
    z.refine((given) => given.trim() !== '' && given.length <= most, {
      error: `a text of at most ${most} characters that is not empty`,
    }),
  );

const LONGEST_PERIOD = 3600;
const SHORT_PERIODS: ReadonlySet<number> = new Set([1, 5, 10, 20, 30]);
const MOST_DIMENSIONS = 30;

const isPeriod = (seconds: number): boolean =>
  SHORT_PERIODS.has(seconds) || (seconds >= 60 && seconds <= LONGEST_PERIOD && seconds % 60 === 0);

/** A count of reports is no quantity of the engine, and a sum doubles with the number of those who report. */
const STATISTIC = /^(Average|Maximum|Minimum|Sum|IQM|p(\d{1,2}(\.\d+)?|100)|(tm|wm|tc|ts)\d{1,2}(\.\d+)?)$/;

/** The shape of a mapping; what a schema cannot say is left to {@link parseCloudWatchMapping}. */
export const cloudWatchMappingSchema = mappingSchema(
  z.strictObject({
    namespace: text(255),
    metric: text(255),
    dimensions: z.optional(z.record(text(255), text(1024))),
    statistic: z.string().check(
      z.refine((given) => STATISTIC.test(given), {
        error: 'a statistic such as Average, Maximum or p90 (SampleCount counts reports, not queries)',
      }),
    ),
    periodSeconds: z.number().check(
      z.refine(isPeriod, {
        error: `1, 5, 10, 20, 30 or a multiple of 60 seconds up to ${LONGEST_PERIOD}`,
      }),
    ),
  }),
);

const judge: JudgePlace<CloudWatchMapping, CloudWatchMetric> = ({ dimensions = {} }) => {
  const count = Object.keys(dimensions).length;
  return count <= MOST_DIMENSIONS
    ? undefined
    : { given: `${count} dimensions`, expected: `at most ${MOST_DIMENSIONS} dimensions` };
};

/** Reads a mapping from any value, e.g. parsed JSON; reports every problem at once and never throws. */
export const parseCloudWatchMapping = (value: unknown): ParsedMapping<CloudWatchMapping> =>
  parseMapping<CloudWatchMetric, CloudWatchMapping>(value, cloudWatchMappingSchema, judge);
