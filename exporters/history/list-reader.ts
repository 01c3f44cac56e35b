/** The list of queries that ended in one state, read again and again; each of its queries is told once. */
import type { EpochSeconds } from '../../lambdas/core/quantities.ts';
import { type GetLimits, getSlices } from '../engine/http.ts';
import { Picker } from '../engine/streaming/picker.ts';
import { CountedIds } from './counted-ids.ts';
import { type EndedQuery, type EndedState, QUERY_PATHS, readEnded } from './ended-query.ts';

/** How the last reading went. */
export interface ListReport {
  readonly state: EndedState;
  readonly up: boolean;
  readonly error?: Error;
  readonly seconds: number;
  readonly errors: number;
  /** When it was last read to its end, and how many queries were in it. */
  readonly readAt?: EpochSeconds;
  readonly listed?: number;
}

export interface ListReaderOptions {
  readonly coordinator: string;
  readonly state: EndedState;
  readonly limits: GetLimits;
  readonly now: () => EpochSeconds;
  /** Milliseconds of a clock that never goes back. */
  readonly elapsed: () => number;
  /** A query that had not been told before; `isNew`: it ended after the first whole reading. */
  readonly onEnded: (query: EndedQuery, isNew: boolean) => void;
}

/** Ids of one state: more than a busy engine remembers, some 10 MB. */
const MOST_IDS = 100_000;

export class ListReader {
  readonly #options: ListReaderOptions;
  readonly #ids = new CountedIds({ most: MOST_IDS });
  #report: ListReport | undefined;
  #listed = 0;

  constructor(options: ListReaderOptions) {
    this.#options = options;
  }

  /** Undefined before the first reading. */
  get report(): ListReport | undefined {
    return this.#report;
  }

  /** Whether it was read to its end. Never throws. */
  async read(): Promise<boolean> {
    const { now, elapsed, state } = this.#options;
    const began = elapsed();
    const at = now();
    this.#listed = 0;
    const error = await this.#stream();
    this.#ids.endReading(error === undefined);
    const before = this.#report;
    const { readAt, listed } = error === undefined ? { readAt: at, listed: this.#listed } : (before ?? {});
    this.#report = {
      state,
      up: error === undefined,
      seconds: (elapsed() - began) / 1000,
      errors: (before?.errors ?? 0) + (error === undefined ? 0 : 1),
      ...(error === undefined ? {} : { error }),
      ...(readAt === undefined || listed === undefined ? {} : { readAt, listed }),
    };
    return error === undefined;
  }

  async #stream(): Promise<Error | undefined> {
    const { coordinator, state, limits } = this.#options;
    const picker = new Picker({
      where: 'query',
      form: 'list',
      paths: QUERY_PATHS,
      key: { path: 'queryId', wants: (id) => !this.#recognizes(id) },
      onElement: (picked) => this.#onElement(picked),
    });
    try {
      await getSlices(`${coordinator}/v1/query?state=${state}`, limits, (slice) => picker.push(slice));
      picker.end();
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }

  #recognizes(id: unknown): boolean {
    const known = typeof id === 'string' && this.#ids.recognize(id);
    if (known) this.#listed += 1;
    return known;
  }

  #onElement(picked: unknown): void {
    const { state, onEnded } = this.#options;
    const query = readEnded(picked);
    if (query.state !== state) return;
    this.#listed += 1;
    if (this.#ids.note(query.id, query.endedAt)) onEnded(query, this.#report?.readAt !== undefined);
  }
}
