/** Reads an engine again and again, keeps the last sample, and tells it as metrics. */
import type { WorkloadSample } from '../lambdas/core/model.ts';
import type { EpochSeconds } from '../lambdas/core/quantities.ts';
import { type CollectorSettings, type CollectorState, collect, NOTHING_COLLECTED } from './engine/collector.ts';
import type { EngineDetails } from './engine/details.ts';
import { detailFamilies, type MetricFamily, sampleFamilies } from './engine/metric-table.ts';
import type { EngineReader, LiveQuery, Source, SourceReport } from './engine/reading.ts';
import { pushFamilies, SourceRecord } from './exporter-metrics.ts';
import type { HistoryCollector } from './history/history-collector.ts';
import type { Push } from './push.ts';
import { renderMetrics } from './registry.ts';

export interface ExporterOptions extends CollectorSettings {
  readonly reader: EngineReader;
  readonly now: () => EpochSeconds;
  readonly push?: Push;
  /** Counts ended queries. It is asked to with each collection, which does not wait for it. */
  readonly history?: Pick<HistoryCollector, 'collect' | 'families'>;
  /** Other collectors of this process: each gives the families of its own last collection, whenever it is asked. */
  readonly also?: readonly ((now: EpochSeconds) => readonly MetricFamily[])[];
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
  #details: EngineDetails = {};
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
    const { push, history, now, also = [] } = this.#options;
    return renderMetrics([
      ...(this.#sample === undefined ? [] : sampleFamilies(this.#sample)),
      ...detailFamilies(this.#details),
      ...this.#record.families(now()),
      ...(push === undefined ? [] : pushFamilies(push.counts)),
      ...(history?.families(now()) ?? []),
      ...also.flatMap((families) => families(now())),
    ]);
  }

  async #collect(): Promise<WorkloadSample | undefined> {
    const { reader, push, history, onFault } = this.#options;
    void history?.collect();
    const reading = await reader.read();
    this.#record.add(reading.reports, reading.at);
    for (const report of reading.reports) if (report.error !== undefined) onFault?.(report);
    const { state, sample, details, oldest } = collect(this.#state, reading, this.#options);
    this.#state = state;
    this.#sample = sample;
    this.#details = details;
    this.#oldest = oldest;
    if (sample !== undefined) await push?.push(sample);
    return sample;
  }
}
