import type { LiveQuery } from './live-query.ts';

/**
 * Who has reserved memory and who is blocked on it. The total is that of the active workers, given with each question.
 * Blocked queries are served first come, first served: none overtakes an older one, however small it is. A query that
 * reserves nothing never blocks.
 */
export class MemoryLedger {
  readonly #killAfterSeconds: number;
  readonly #holders = new Set<LiveQuery>();
  /** In order of their start. */
  readonly #blocked: LiveQuery[] = [];
  #reservedBytes = 0;
  #lastKillAt = Number.NEGATIVE_INFINITY;

  /** @param lowMemoryKillSeconds see `EngineKnobs`. */
  constructor(lowMemoryKillSeconds: number | null) {
    this.#killAfterSeconds = lowMemoryKillSeconds ?? Number.POSITIVE_INFINITY;
  }

  get reservedBytes(): number {
    return this.#reservedBytes;
  }

  get blocked(): number {
    return this.#blocked.length;
  }

  /** Reserves what the query needs, or blocks it; returns whether it may run. */
  reserveOrBlock(query: LiveQuery, totalBytes: number): boolean {
    const bytes = query.query.memoryBytes;
    if (bytes <= 0) return true;
    if (this.#blocked.length === 0 && this.#fits(query, totalBytes)) {
      this.#reserve(query);
      return true;
    }
    this.#blocked.push(query);
    return false;
  }

  /** Reserves for the oldest blocked queries and takes them out, one by one, as long as they fit. */
  *takeUnblocked(totalBytes: number): Generator<LiveQuery> {
    for (let first = this.#blocked[0]; first !== undefined && this.#fits(first, totalBytes); first = this.#blocked[0]) {
      this.#blocked.shift();
      this.#reserve(first);
      yield first;
    }
  }

  /** The query ends: gives back what it reserved, or its place among the blocked. */
  release(query: LiveQuery): void {
    if (this.#holders.delete(query)) this.#reservedBytes -= query.query.memoryBytes;
    const index = query.phase === 'blocked' ? this.#blocked.indexOf(query) : -1;
    if (index >= 0) this.#blocked.splice(index, 1);
  }

  /**
   * When the largest query is killed; Infinity for not. After a kill the patience starts anew, so that one query that
   * does not fit costs one query at a time.
   */
  get nextKillAt(): number {
    const first = this.#blocked[0];
    if (first === undefined || this.#holders.size === 0) return Number.POSITIVE_INFINITY;
    return Math.max(first.startedAt, this.#lastKillAt) + this.#killAfterSeconds;
  }

  /** The query with the largest reservation, submitted first among equals; its kill is noted. */
  chooseVictim(now: number): LiveQuery | undefined {
    this.#lastKillAt = now;
    let victim: LiveQuery | undefined;
    for (const query of this.#holders) if (victim === undefined || isLarger(query, victim)) victim = query;
    return victim;
  }

  #fits(query: LiveQuery, totalBytes: number): boolean {
    return this.#reservedBytes + query.query.memoryBytes <= totalBytes;
  }

  #reserve(query: LiveQuery): void {
    this.#holders.add(query);
    this.#reservedBytes += query.query.memoryBytes;
  }
}

const isLarger = (one: LiveQuery, other: LiveQuery): boolean => {
  const difference = one.query.memoryBytes - other.query.memoryBytes;
  return difference > 0 || (difference === 0 && one.order < other.order);
};
