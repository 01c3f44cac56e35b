/**
 * Counts the queries that end in an engine, from the lists of ended queries that it keeps for a while: PrestoDB and Trino
 * forget a query 15 minutes after its end, if more than 100 have ended since (`query.min-expire-age`,
 * `query.max-history`). The first whole reading of a list is where counting begins: what it shows ended before and is not
 * counted. A long list costs the engine as much as us, so it is read seldom, and more seldom the longer that takes.
 */
import type { EpochSeconds } from '../../lambdas/core/quantities.ts';
import type { EngineAccess } from '../engine/access.ts';
import type { AnyMetricFamily } from '../engine/metric-table.ts';
import { ENDED_STATES, type EndedQuery } from './ended-query.ts';
import { EngineTotal } from './engine-total.ts';
import { HistoryCounts } from './history-counts.ts';
import { countFamilies, readingFamilies } from './history-metrics.ts';
import { ListReader, type ListReport } from './list-reader.ts';

export interface HistoryOptions {
  /** Such as `http://127.0.0.1:8889`. */
  readonly coordinator: string;
  readonly access: EngineAccess;
  readonly now: () => EpochSeconds;
  /** From one reading to the next; default 30. */
  readonly everySeconds?: number;
  /** Of one list; default 60,000. */
  readonly wholeMilliseconds?: number;
  /** Without a byte; default 20,000. */
  readonly silentMilliseconds?: number;
  /** Of one list; default 256 MiB. What is behind it is not read. */
  readonly maximumBytes?: number;
  /** Told of every list that could not be read. */
  readonly onFault?: (report: ListReport) => void;
  /** Milliseconds of a clock that never goes back; default `performance.now`. */
  readonly elapsed?: () => number;
}

const EVERY_SECONDS = 30;
const WHOLE_MILLISECONDS = 60_000;
const SILENT_MILLISECONDS = 20_000;
const MAXIMUM_BYTES = 256 * 1024 ** 2;
/** Of the engine's own count. */
const TOTAL_LIMITS = { timeoutMilliseconds: 10_000, maximumBytes: 1024 ** 2 };

/** A reading takes at most a tenth of the time. */
const REST_PER_READING = 10;
/** The engine's memory is 15 minutes long. */
const LONGEST_REST_MILLISECONDS = 600_000;

export class HistoryCollector {
  readonly #options: HistoryOptions;
  readonly #counts = new HistoryCounts();
  readonly #total: EngineTotal;
  readonly #lists: readonly ListReader[];
  readonly #elapsed: () => number;
  #collecting: Promise<void> | undefined;
  #dueAt = Number.NEGATIVE_INFINITY;
  /** All lists have been read to their ends, each at least once. */
  #hasBegun = false;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#elapsed = options.elapsed ?? (() => performance.now());
    const { access, now } = options;
    const coordinator = options.coordinator.replace(/\/+$/, '');
    const limits = {
      access,
      maximumBytes: options.maximumBytes ?? MAXIMUM_BYTES,
      timeoutMilliseconds: options.wholeMilliseconds ?? WHOLE_MILLISECONDS,
      silentMilliseconds: options.silentMilliseconds ?? SILENT_MILLISECONDS,
      background: true,
    };
    this.#total = new EngineTotal(coordinator, { ...TOTAL_LIMITS, access });
    this.#lists = ENDED_STATES.map((state) => {
      const onEnded = (query: EndedQuery, isNew: boolean): void =>
        isNew ? this.#counts.add(query) : this.#counts.announce(query);
      return new ListReader({ coordinator, state, limits, now, elapsed: this.#elapsed, onEnded });
    });
  }

  /** How the last reading of each list went; empty before the first. */
  get reports(): readonly ListReport[] {
    return this.#lists.flatMap(({ report }) => report ?? []);
  }

  /**
   * Reads the lists if it is time to: call it as often as you like. While one reading is under way, others join it.
   * Never throws.
   */
  collect(): Promise<void> {
    if (this.#collecting === undefined && this.#elapsed() < this.#dueAt) return Promise.resolve();
    this.#collecting ??= this.#collect().finally(() => {
      this.#collecting = undefined;
    });
    return this.#collecting;
  }

  /** What was counted, as soon as it can be, and how the readings go. */
  families(now: EpochSeconds): readonly AnyMetricFamily[] {
    return [...(this.#hasBegun ? countFamilies(this.#counts) : []), ...readingFamilies(this.reports, now)];
  }

  async #collect(): Promise<void> {
    const began = this.#elapsed();
    const { missed } = this.#counts;
    if (missed.hasBegun) missed.expect(await this.#total.read());
    let whole = true;
    for (const list of this.#lists) whole = (await list.read()) && whole;
    if (whole) await this.#compare();
    for (const report of this.reports) if (report.error !== undefined) this.#options.onFault?.(report);
    this.#rest(this.#elapsed() - began);
  }

  async #compare(): Promise<void> {
    const { missed } = this.#counts;
    this.#hasBegun = true;
    if (missed.hasBegun) missed.compare();
    else missed.begin(await this.#total.read());
  }

  #rest(tookMilliseconds: number): void {
    const every = (this.#options.everySeconds ?? EVERY_SECONDS) * 1000;
    const rest = Math.max(every - tookMilliseconds, REST_PER_READING * tookMilliseconds);
    this.#dueAt = this.#elapsed() + Math.min(rest, Math.max(LONGEST_REST_MILLISECONDS, every));
  }
}
