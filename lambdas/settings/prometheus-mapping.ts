/** Where the fields of a sample are found in a Prometheus that has no exporter of ours: PromQL for each. */
import * as z from 'zod/mini';
import type { FieldsBy } from './mapped-fields.ts';
import { type JudgePlace, mappingSchema, type ParsedMapping, parseMapping } from './mapping-schema.ts';

export type PrometheusMapping = FieldsBy<string> & {
  /**
   * PromQL for the moment, in seconds since 1970, at which the series were scraped; such as `min(timestamp(up{…}))`.
   * Needed where an expression is more than a selector.
   */
  readonly takenAt?: string | undefined;
};

const MATCHERS = /\{(?:[^{}"'`]|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`)*\}/.source;
const PLAIN = new RegExp(`^\\s*(?:[a-zA-Z_:][\\w:]*\\s*(?:${MATCHERS})?|${MATCHERS})\\s*$`);

/**
 * Whether an expression only chooses series. Of others `timestamp()` tells when they were computed, which is always now,
 * and not how old the series are that they were computed from.
 */
export const isPlainSelector = (expression: string): boolean => PLAIN.test(expression);

const MOST_CHARACTERS = 2000;

const expression = z.string().check(
  z.refine((text) => text.trim() !== '' && text.length <= MOST_CHARACTERS, {
    error: `a PromQL expression of at most ${MOST_CHARACTERS} characters`,
  }),
);

/** The shape of a mapping; what a schema cannot say is left to {@link parsePrometheusMapping}. */
export const prometheusMappingSchema = mappingSchema(expression, { takenAt: z.optional(expression) });

const judge: JudgePlace<PrometheusMapping, string> = (place, { takenAt }) =>
  takenAt !== undefined || isPlainSelector(place)
    ? undefined
    : {
        given: JSON.stringify(place),
        expected:
          'a selector such as name{label="value"}, of whose series Prometheus knows the age; for a computed value add takenAt, such as "min(timestamp(up{job=\\"presto\\"}))"',
      };

/** Reads a mapping from any value, e.g. parsed JSON; reports every problem at once and never throws. */
export const parsePrometheusMapping = (value: unknown): ParsedMapping<PrometheusMapping> =>
  parseMapping<string, PrometheusMapping>(value, prometheusMappingSchema, judge);
