/** The sample that an exporter shows at its `/metrics`. */
import { getText } from '../../../exporters/engine/http.ts';
import type { WorkloadSample } from '../../core/model.ts';
import type { WorkloadSource } from '../../ports/workload.ts';
import { sampleFromMetrics } from './metrics-text.ts';

export interface ScrapedWorkloadOptions {
  /** Of the metrics, such as `http://10.0.0.7:9495/metrics`. */
  readonly url: string;
  /** Until the last byte; default 3,000. */
  readonly timeoutMilliseconds?: number;
  /** Told why there is no sample. */
  readonly onFault?: (error: Error) => void;
}

const DEFAULT_TIMEOUT_MILLISECONDS = 3_000;
/** An exporter's text has about 15 KB. */
const MAXIMUM_BYTES = 1_000_000;

export class ScrapedWorkload implements WorkloadSource {
  readonly name: string;
  readonly #options: ScrapedWorkloadOptions;

  constructor(options: ScrapedWorkloadOptions) {
    this.#options = options;
    this.name = `the exporter at ${URL.canParse(options.url) ? new URL(options.url).host : 'an address that is none'}`;
  }

  /** Undefined when the exporter cannot be reached, answers nonsense, or has not reached its engine itself. */
  async sample(): Promise<WorkloadSample | undefined> {
    const { url, timeoutMilliseconds = DEFAULT_TIMEOUT_MILLISECONDS, onFault } = this.#options;
    try {
      const sample = sampleFromMetrics(await getText(url, { timeoutMilliseconds, maximumBytes: MAXIMUM_BYTES }));
      if (sample === undefined) onFault?.(new Error(`the exporter at ${url} has no sample of its engine`));
      return sample;
    } catch (error) {
      onFault?.(error as Error);
      return undefined;
    }
  }
}
