/**
 * Queries that a real engine is sent while it is watched: a client that reads slowly, one that computes, now seldom and
 * now without a pause, and the bursts of whoever watches. Every query is real and is told of when it has ended.
 */
import { type EndedQuery, type QueryLoad, type QuerySettings, SHORT_QUERY, WIDE_QUERY } from '../engines/load.ts';
import type { JudgedQuery } from './engine-account.ts';

export interface TrafficOptions {
  readonly load: Pick<QueryLoad, 'send'>;
  readonly onEnded: (query: EndedQuery, judged: JudgedQuery) => void;
  /** Seconds since the start. */
  readonly now: () => number;
}

/** Needs next to no CPU and lasts: something is there to be lost. */
const READER: QuerySettings = { user: 'bo', source: 'reader', readPauseMilliseconds: 1000 };
const READER_PAUSE_SECONDS = 15;
const COMPUTER: QuerySettings = { user: 'ann', source: 'dashboard' };
const BURST: QuerySettings = { user: 'you', source: 'page' };

/** From quiet to busy and back: long enough that workers are bought for the one and given back for the other. */
const WAVE_SECONDS = 600;
/** Between two queries, at the quietest and at the busiest moment. */
const LONGEST_PAUSE_SECONDS = 30;
const SHORTEST_PAUSE_SECONDS = 1;

/** Pause between two queries of the client that computes; quiet at the start of the run. */
export const wavePauseSeconds = (now: number): number => {
  const busy = (1 - Math.cos((2 * Math.PI * now) / WAVE_SECONDS)) / 2;
  return LONGEST_PAUSE_SECONDS * (SHORTEST_PAUSE_SECONDS / LONGEST_PAUSE_SECONDS) ** busy;
};

export class EngineTraffic {
  readonly #options: TrafficOptions;
  readonly #live = new Set<{ mostLive: number }>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #closed = false;

  constructor(options: TrafficOptions) {
    this.#options = options;
  }

  /** Starts the light load. */
  start(): void {
    this.#client(WIDE_QUERY, READER, () => READER_PAUSE_SECONDS);
    this.#client(SHORT_QUERY, COMPUTER, () => wavePauseSeconds(this.#options.now()));
  }

  /** Sends so many queries at once. */
  burst(queries: number): void {
    for (let index = 0; index < queries; index += 1) void this.#send(SHORT_QUERY, BURST);
  }

  /** Nothing more is sent; what is under way is for the owner of the load to end, and is not told of. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  /** A pause, a query, and so on. */
  #client(sql: string, settings: QuerySettings, pauseSeconds: () => number): void {
    if (this.#closed) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.#send(sql, settings).then(() => this.#client(sql, settings, pauseSeconds));
    }, 1000 * pauseSeconds());
    this.#timers.add(timer);
  }

  async #send(sql: string, settings: QuerySettings): Promise<void> {
    const { load, onEnded, now } = this.#options;
    const sentAt = now();
    const live = { mostLive: 0 };
    this.#live.add(live);
    for (const one of this.#live) one.mostLive = Math.max(one.mostLive, this.#live.size);
    const ended = await load.send(sql, settings);
    this.#live.delete(live);
    if (this.#closed) return;
    onEnded(ended, { sql, sentAt, endedAt: now(), failed: ended.error !== undefined, mostLive: live.mostLive });
  }
}
