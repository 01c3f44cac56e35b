/**
 * The sample read straight from a PrestoDB coordinator, without an exporter.
 *
 * An exporter tells classes apart and counts what finishes by watching queries from reading to reading. A function has
 * no such memory: each of its instances would count for itself, and a counter that jumps between two instances looks
 * like restarts and bursts. So counters come from the engine's own totals only, and what they cannot tell is lost:
 * classes (all queries are one class, `all`), fractions of a CPU second of each query, and which of the ended queries
 * failed. Where JMX is closed there are no classes at all, and demand is read from counts.
 * What an instance does remember is harmless: the processors of workers, and the CPU total, which may dip for a moment.
 */
import { type CollectorState, collect, NOTHING_COLLECTED } from '../../../exporters/engine/collector.ts';
import { type EndedTotals, PrestoClient } from '../../../exporters/engine/presto-client.ts';
import type { QueryClassSample, WorkloadSample } from '../../core/model.ts';
import { cores } from '../../core/quantities.ts';
import type { Clock } from '../../ports/clock.ts';
import type { WorkloadSource } from '../../ports/workload.ts';
import { EVERYTHING } from '../../settings/mapped-fields.ts';

export interface CoordinatorWorkloadOptions {
  /** Such as `http://10.0.0.7:8889`. */
  readonly coordinator: string;
  readonly clock: Clock;
  /** query-manager.required-workers of the engine; default 1, as there. */
  readonly requiredWorkers?: number;
  /** Of one request; a sample takes at most three times as long. Default 2,000. */
  readonly timeoutMilliseconds?: number;
  /** Told of every part that could not be read. */
  readonly onFault?: (error: Error) => void;
}

const DEFAULT_TIMEOUT_MILLISECONDS = 2_000;

const sumOf = (classes: readonly QueryClassSample[], field: 'live' | 'held' | 'cpuSecondsUsed'): number =>
  classes.reduce((sum, one) => sum + one[field], 0);

const parallelismOf = (classes: readonly QueryClassSample[]): number | undefined => {
  let sum = 0;
  for (const { parallelismCores } of classes) {
    if (parallelismCores === undefined) return undefined;
    sum += parallelismCores;
  }
  return sum;
};

/** All classes as one, with the engine's own counters. */
const asOne = (classes: readonly QueryClassSample[], ended: EndedTotals): QueryClassSample => {
  const parallelism = parallelismOf(classes);
  return {
    name: EVERYTHING,
    live: sumOf(classes, 'live'),
    held: sumOf(classes, 'held'),
    cpuSecondsUsed: sumOf(classes, 'cpuSecondsUsed'),
    ...(parallelism === undefined ? {} : { parallelismCores: cores(parallelism) }),
    finishedQueries: ended.queries,
    finishedCpuSeconds: ended.cpuSeconds,
  };
};

export class CoordinatorWorkload implements WorkloadSource {
  readonly name: string;
  readonly #client: PrestoClient;
  readonly #requiredWorkers: number;
  readonly #onFault: (error: Error) => void;
  #state: CollectorState = NOTHING_COLLECTED;

  constructor(options: CoordinatorWorkloadOptions) {
    const { coordinator, clock, timeoutMilliseconds = DEFAULT_TIMEOUT_MILLISECONDS } = options;
    this.name = `the coordinator at ${new URL(coordinator).host}`;
    this.#client = new PrestoClient({ coordinator, now: () => clock.now(), timeoutMilliseconds });
    this.#requiredWorkers = options.requiredWorkers ?? 1;
    this.#onFault = options.onFault ?? (() => {});
  }

  /** Undefined when nothing at all could be read. */
  async sample(): Promise<WorkloadSample | undefined> {
    const [reading, ended] = await Promise.all([this.#client.read(), this.#endedTotals()]);
    for (const { error } of reading.reports) if (error !== undefined) this.#onFault(error);
    const { state, sample } = collect(this.#state, reading, { requiredWorkers: this.#requiredWorkers });
    // Queries are not tracked: counts of one instance must not get into a sample.
    const { tracked: _tracked, ...kept } = state;
    this.#state = kept;
    if (sample === undefined) return undefined;
    const { classes, ...rest } = sample;
    return classes === undefined || ended === undefined ? rest : { ...rest, classes: [asOne(classes, ended)] };
  }

  async #endedTotals(): Promise<EndedTotals | undefined> {
    try {
      return await this.#client.endedTotals();
    } catch (error) {
      this.#onFault(error as Error);
      return undefined;
    }
  }
}
