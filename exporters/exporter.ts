/** Reads an engine again and again, keeps the last sample, and tells it as metrics. */
import type { WorkloadSample } from '../lambdas/core/model.ts';
import type { EpochSeconds } from '../lambdas/core/quantities.ts';
import { type CollectorSettings, type CollectorState, collect, NOTHING_COLLECTED } from './engine/collector.ts';
import { sampleFamilies } from './engine/metric-table.ts';
import type { EngineReader, LiveQuery, Source, SourceReport } from './engine/reading.ts';
import { pushFamilies, SourceRecord } from './exporter-metrics.ts';
import type { Push } from './push.ts';
import { renderMetrics } from './registry.ts';

export interface ExporterOptions extends CollectorSettings {
  readonly reader: EngineReader;
  readonly now: () => EpochSeconds;
  readonly push?: Push;
  /** Told of every source that fails. */
  readonly onFault?: (report: SourceReport) => void;
}

export interface Health {
  /** The last collection was complete. */
  readonly ok: boolean;
  readonly failing: readonly Source[];
  /** Of the last sample; absent: there is none. */
  readonly takenAt?: EpochSeconds;
}

export class Exporter {
  readonly #options: ExporterOptions;
  readonly #record = new SourceRecord();
  #state: CollectorState = NOTHING_COLLECTED;
  #sample: WorkloadSample | undefined;
  #oldest: readonly LiveQuery[] = [];
  #collecting: Promise<WorkloadSample | undefined> | undefined;

  constructor(options: ExporterOptions) {
    this.#options = options;
  }

  /** The last one; undefined when nothing could be read. */
  get sample(): WorkloadSample | undefined {
    return this.#sample;
  }

  /** The 20 oldest live queries, without their texts. */
  get oldest(): readonly LiveQuery[] {
    return this.#oldest;
  }

  get health(): Health {
    const { failing } = this.#record;
    const takenAt = this.#sample?.takenAt;
    return { ok: failing.length === 0, failing, ...(takenAt === undefined ? {} : { takenAt }) };
  }

  /** Reads the engine once and pushes what it said. While one collection is under way, others join it. Never throws. */
  collect(): Promise<WorkloadSample | undefined> {
    this.#collecting ??= this.#collect().finally(() => {
      this.#collecting = undefined;
    });
    return this.#collecting;
  }

  /** The last collection as Prometheus text. */
  metrics(): Promise<string> {
    const { push, now } = this.#options;
    return renderMetrics([
      ...(this.#sample === undefined ? [] : sampleFamilies(this.#sample)),
      ...this.#record.families(now()),
      ...(push === undefined ? [] : pushFamilies(push.counts)),
    ]);
  }

  async #collect(): Promise<WorkloadSample | undefined> {
    const { reader, push, onFault } = this.#options;
    const reading = await reader.read();
    this.#record.add(reading.reports, reading.at);
    for (const report of reading.reports) if (report.error !== undefined) onFault?.(report);
    const { state, sample, oldest } = collect(this.#state, reading, this.#options);
    this.#state = state;
    this.#sample = sample;
    this.#oldest = oldest;
    if (sample !== undefined) await push?.push(sample);
    return sample;
  }
}
