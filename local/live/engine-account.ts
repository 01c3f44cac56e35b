/**
 * What became of the queries of a real engine, judged as in production, where nobody knows how long a query would take
 * alone: its delay is the time since it was sent beyond the median that the same statement took at low load.
 */
import { median } from 'simple-statistics';
import { LATE_SECONDS, LATE_SHARE } from '../../simulator/run/lateness.ts';
import { RecentDelays } from './delays.ts';
import type { QueryAccount } from './point.ts';

/** A query and how it ended; times in seconds of one clock. */
export interface JudgedQuery {
  readonly sql: string;
  readonly sentAt: number;
  readonly endedAt: number;
  readonly failed: boolean;
  /** The most queries that were live while it was, itself included. */
  readonly mostLive: number;
}

/** So many live queries are low load: on a cluster of a few cores they hardly disturb each other. */
const LOW_LOAD_QUERIES = 2;
/** From fewer times no median is made. */
const LEAST_TIMES = 3;
/** The usual time follows what is usual lately. */
const KEPT_TIMES = 50;

const secondsOf = ({ sentAt, endedAt }: JudgedQuery): number => endedAt - sentAt;

export class EngineAccount {
  readonly #delays = new RecentDelays();
  /** By statement: times at low load. */
  readonly #usual = new Map<string, number[]>();
  /** Ended before their usual time was known. */
  #unjudged: JudgedQuery[] = [];
  #ended = 0;
  #failed = 0;
  #late = 0;
  #judged = 0;

  add(query: JudgedQuery): void {
    this.#ended += 1;
    if (query.failed) this.#failed += 1;
    else if (query.mostLive <= LOW_LOAD_QUERIES) this.#remember(query);
    this.#unjudged.push(query);
    this.#unjudged = this.#unjudged.filter((one) => !this.#judge(one));
  }

  /** @param now of the clock of the queries' times */
  read(now: number): QueryAccount {
    return {
      endedQueries: this.#ended,
      failedQueries: this.#failed,
      // An engine's error does not tell which worker was taken by whom.
      failedBy: null,
      lateQueries: this.#judged === 0 ? null : this.#late,
      delayP95Seconds: this.#delays.p95(now),
    };
  }

  #remember(query: JudgedQuery): void {
    const times = this.#usual.get(query.sql) ?? [];
    this.#usual.set(query.sql, [...times, secondsOf(query)].slice(-KEPT_TIMES));
  }

  /** A failed query is late however soon it failed. False: its usual time is not known yet. */
  #judge(query: JudgedQuery): boolean {
    const times = this.#usual.get(query.sql) ?? [];
    if (!query.failed && times.length < LEAST_TIMES) return false;
    this.#judged += 1;
    if (query.failed) {
      this.#late += 1;
      return true;
    }
    const usual = median(times);
    const delay = Math.max(0, secondsOf(query) - usual);
    if (delay > LATE_SECONDS && delay > LATE_SHARE * usual) this.#late += 1;
    this.#delays.add(query.endedAt, delay);
    return true;
  }
}
