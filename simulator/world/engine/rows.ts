import type { LiveQuery } from './live-query.ts';

/** Level of a row in its source stage, which is bound to no set of workers. */
export const SOURCE_LEVEL = -1;

const doubled = <T extends Float64Array | Int32Array>(from: T, to: T): T => {
  to.set(from);
  return to;
};

/** Moves what lies behind `index` by one place and leaves the place itself to the caller. */
const open = (column: Float64Array | Int32Array, index: number, count: number): void => {
  column.copyWithin(index + 1, index, count);
};

const close = (column: Float64Array | Int32Array, index: number, count: number): void => {
  column.copyWithin(index, index + 1, count);
};

/**
 * The queries that share processors, column by column and always sorted by cap (ties: order of submission), so that
 * a water level needs no sort and an event costs a few passes over plain numbers.
 */
export class RunningRows {
  readonly queries: LiveQuery[] = [];
  /** Cores a query can keep busy. */
  caps = new Float64Array(64);
  /** CPU seconds left of its present stage. */
  remaining = new Float64Array(64);
  /** Cores it has. */
  rates = new Float64Array(64);
  /** `SOURCE_LEVEL`, or the ordinal of the newest worker that its later stages may use. */
  levels = new Int32Array(64);
  /** Rows per level; only levels that have some. */
  readonly rowsOfLevel = new Map<number, number>();

  get count(): number {
    return this.queries.length;
  }

  insert(query: LiveQuery, remaining: number, level: number): void {
    const count = this.count;
    const index = this.#firstNotBefore(query);
    if (count === this.caps.length) this.#grow();
    for (const column of [this.caps, this.remaining, this.rates, this.levels]) open(column, index, count);
    this.queries.splice(index, 0, query);
    this.caps[index] = query.query.parallelismCores;
    this.remaining[index] = remaining;
    this.rates[index] = 0;
    this.levels[index] = level;
    this.#count(level, 1);
  }

  removeAt(index: number): void {
    const count = this.count;
    this.#count(this.levels[index] as number, -1);
    for (const column of [this.caps, this.remaining, this.rates, this.levels]) close(column, index, count);
    this.queries.splice(index, 1);
  }

  setLevel(index: number, level: number): void {
    this.#count(this.levels[index] as number, -1);
    this.#count(level, 1);
    this.levels[index] = level;
  }

  /** @throws if the query is not in it. */
  indexOf(query: LiveQuery): number {
    const index = this.#firstNotBefore(query);
    if (this.queries[index] !== query) throw new Error(`query ${query.query.id} does not run`);
    return index;
  }

  #firstNotBefore(query: LiveQuery): number {
    const cap = query.query.parallelismCores;
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.caps[middle] as number;
      const before = other < cap || (other === cap && (this.queries[middle] as LiveQuery).order < query.order);
      if (before) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #count(level: number, change: number): void {
    const rows = (this.rowsOfLevel.get(level) ?? 0) + change;
    if (rows === 0) this.rowsOfLevel.delete(level);
    else this.rowsOfLevel.set(level, rows);
  }

  #grow(): void {
    const size = 2 * this.caps.length;
    this.caps = doubled(this.caps, new Float64Array(size));
    this.remaining = doubled(this.remaining, new Float64Array(size));
    this.rates = doubled(this.rates, new Float64Array(size));
    this.levels = doubled(this.levels, new Int32Array(size));
  }
}
