import { Basins } from './basins.ts';
import { cpuUsed, type LiveQuery } from './live-query.ts';
import { RunningRows, SOURCE_LEVEL } from './rows.ts';
import { waterLevel } from './water-level.ts';
import type { WorkerPool } from './workers.ts';

/**
 * Processor sharing: how many cores each running query has, and which of them ends its stage next.
 *
 * Shares are max-min fair, each query capped at its parallelism, under nested limits: later stages placed up to one
 * moment share the serving workers that had joined by then; source stages together have the active cores; everything
 * together the serving cores (active ones, and draining ones with tasks). One thing is not exact: a query that
 * started while a worker drained may use that worker's cores, as long as others have tasks there or after it came back.
 *
 * Between two changes the shares are constant, so nothing is computed there. A change is made between `settle`, which
 * carries over the work done so far, and `changed`; the shares are found anew when somebody asks.
 */
export class CpuSharing {
  readonly #workers: WorkerPool;
  readonly #rows = new RunningRows();
  readonly #basins = new Basins();
  #groups = new Int32Array(64);
  #groupOfLevel = new Int32Array(64);
  #settledAt = 0;
  #stale = false;
  #next: LiveQuery | undefined;
  #nextEndAt = Number.POSITIVE_INFINITY;

  constructor(workers: WorkerPool) {
    this.#workers = workers;
  }

  /** When the next stage ends; Infinity when none will. */
  get nextEndAt(): number {
    this.#refresh();
    return this.#nextEndAt;
  }

  /** Whose stage ends next; of those that end together, the one submitted first. */
  get nextToEnd(): LiveQuery | undefined {
    this.#refresh();
    return this.#next;
  }

  /** Carries work over to `now`. Must be called before anything changes: queries, stages or workers. */
  settle(now: number): void {
    const seconds = now - this.#settledAt;
    this.#settledAt = now;
    if (seconds > 0) this.#work(seconds);
  }

  /** Something has changed since the settling: shares are found anew when they are asked for. */
  changed(): void {
    this.#stale = true;
  }

  /** A query begins to share, with so many CPU seconds in its present stage. */
  add(query: LiveQuery, work: number): void {
    this.#rows.insert(query, work, this.#levelOf(query));
  }

  /** @returns the CPU seconds that were left of its stage. */
  remove(query: LiveQuery): number {
    const index = this.#rows.indexOf(query);
    const remaining = this.#rows.remaining[index] as number;
    this.#rows.removeAt(index);
    return remaining;
  }

  /** The query is in another stage, or placed anew. */
  relevel(query: LiveQuery): void {
    this.#rows.setLevel(this.#rows.indexOf(query), this.#levelOf(query));
  }

  setRemaining(query: LiveQuery, work: number): void {
    this.#rows.remaining[this.#rows.indexOf(query)] = work;
  }

  /** CPU seconds left of its stage, as of the last settling. */
  remainingOf(query: LiveQuery): number {
    return this.#rows.remaining[this.#rows.indexOf(query)] as number;
  }

  /** The cores it has, without regard to changes that are under way. */
  coresOf(query: LiveQuery): number {
    this.#refresh();
    return this.#rows.rates[this.#rows.indexOf(query)] as number;
  }

  /** Every running query with what it has used until `now` and the cores it has. */
  forEach(now: number, visit: (query: LiveQuery, usedSeconds: number, cores: number) => void): void {
    this.#refresh();
    const { queries, remaining, rates } = this.#rows;
    const seconds = now - this.#settledAt;
    for (let index = 0; index < queries.length; index += 1) {
      const cores = rates[index] as number;
      const left = Math.max(0, (remaining[index] as number) - cores * seconds);
      const query = queries[index] as LiveQuery;
      visit(query, cpuUsed(query, left), cores);
    }
  }

  #levelOf(query: LiveQuery): number {
    return query.stage === 'source' ? SOURCE_LEVEL : query.level;
  }

  #work(seconds: number): void {
    const { remaining, rates, count } = this.#rows;
    for (let index = 0; index < count; index += 1) {
      const left = (remaining[index] as number) - (rates[index] as number) * seconds;
      remaining[index] = Math.max(left, 0);
    }
  }

  #refresh(): void {
    if (!this.#stale) return;
    this.#stale = false;
    if (this.#isOnePool()) this.#shareOnePool();
    else this.#shareNested();
    this.#findNext();
  }

  /** The common case: every row may use all serving workers, so only the limit on everything counts. */
  #isOnePool(): boolean {
    const { activeCores, servingCores, newestServing } = this.#workers.totals;
    for (const level of this.#rows.rowsOfLevel.keys()) {
      if (level === SOURCE_LEVEL ? activeCores < servingCores : level < newestServing) return false;
    }
    return true;
  }

  #shareOnePool(): void {
    const { caps, rates, count } = this.#rows;
    const level = waterLevel(caps, count, this.#workers.totals.servingCores);
    for (let index = 0; index < count; index += 1) {
      const cap = caps[index] as number;
      rates[index] = Math.min(cap, level);
    }
  }

  #shareNested(): void {
    const { caps, rates, count } = this.#rows;
    const chain = this.#group();
    const { activeCores, servingCores } = this.#workers.totals;
    const levels = this.#basins.share(caps, this.#groups, count, { chain, source: activeCores, total: servingCores });
    for (let index = 0; index < count; index += 1) {
      const cap = caps[index] as number;
      const level = levels[this.#groups[index] as number] as number;
      rates[index] = Math.min(cap, level);
    }
  }

  /**
   * Puts every row into a group: later stages by level, levels with equal capacity together, source stages last.
   * @returns the capacity of each group of later stages and those before it.
   */
  #group(): number[] {
    const levels = [...this.#rows.rowsOfLevel.keys()].filter((level) => level !== SOURCE_LEVEL).sort((a, b) => a - b);
    const chain: number[] = [];
    const cores = this.#workers.coresUpTo(levels);
    this.#reserveGroups(levels.at(-1) ?? 0);
    levels.forEach((level, index) => {
      const capacity = cores[index] as number;
      if (chain.at(-1) !== capacity) chain.push(capacity);
      this.#groupOfLevel[level + 1] = chain.length - 1;
    });
    this.#groupOfLevel[SOURCE_LEVEL + 1] = chain.length;
    this.#assignGroups();
    return chain;
  }

  #assignGroups(): void {
    const { levels, count } = this.#rows;
    for (let index = 0; index < count; index += 1) {
      this.#groups[index] = this.#groupOfLevel[(levels[index] as number) + 1] as number;
    }
  }

  #reserveGroups(highestLevel: number): void {
    if (this.#groups.length < this.#rows.count) this.#groups = new Int32Array(2 * this.#rows.count);
    if (this.#groupOfLevel.length < highestLevel + 2) this.#groupOfLevel = new Int32Array(2 * highestLevel + 4);
  }

  #findNext(): void {
    const { remaining, rates, count } = this.#rows;
    let best = -1;
    let bestAt = Number.POSITIVE_INFINITY;
    for (let index = 0; index < count; index += 1) {
      const left = remaining[index] as number;
      const at = left > 0 ? this.#settledAt + left / (rates[index] as number) : this.#settledAt;
      if (at > bestAt || (at === bestAt && !this.#wasSubmittedBefore(index, best))) continue;
      best = index;
      bestAt = at;
    }
    this.#next = this.#rows.queries[best];
    this.#nextEndAt = bestAt;
  }

  /** False also when there is no other. */
  #wasSubmittedBefore(index: number, other: number): boolean {
    const { queries } = this.#rows;
    return other >= 0 && (queries[index] as LiveQuery).order < (queries[other] as LiveQuery).order;
  }
}
