/** An exporter's `/metrics` as the sample it was made of. */
import parsePrometheusTextFormat from 'parse-prometheus-text-format';
import { END_OF_METRICS } from '../../../exporters/engine/metric-table.ts';
import { NonsenseError } from '../../../exporters/engine/untrusted.ts';
import type { WorkloadSample } from '../../core/model.ts';
import { sampleOfSeries } from './own-metrics.ts';

type Family = ReturnType<typeof parsePrometheusTextFormat>[number];

const familiesOf = (text: string): ReadonlyMap<string, Family> => {
  if (!text.trimEnd().endsWith(END_OF_METRICS)) throw new NonsenseError('the metrics are cut off, or are none');
  try {
    return new Map(parsePrometheusTextFormat(text).map((family) => [family.name, family]));
  } catch (error) {
    throw new NonsenseError(`the metrics cannot be parsed: ${(error as Error).message.slice(0, 200)}`);
  }
};

/**
 * A field without series is absent.
 * @returns undefined when the exporter has no sample of its engine
 * @throws {NonsenseError} if it is no exporter's text, is cut off, or has impossible numbers
 */
export const sampleFromMetrics = (text: string): WorkloadSample | undefined => {
  const families = familiesOf(text);
  return sampleOfSeries((name) => families.get(name)?.metrics ?? []);
};
