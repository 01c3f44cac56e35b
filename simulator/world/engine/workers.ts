import type { LiveQuery } from './live-query.ts';
import type { EngineWorker } from './outcome.ts';

/** A time in which a worker took new tasks, on the pool's count of changes. */
interface ActiveSpan {
  readonly from: number;
  to: number;
}

interface Drain {
  readonly beganAt: number;
  lastTaskEndedAt: number;
  /** Live queries with tasks on it; it only falls, because a draining worker takes none. */
  queries: number;
}

/** One worker of the pool. */
export interface PoolWorker {
  readonly worker: EngineWorker;
  /** Place in the order of joining, from 1. */
  readonly ordinal: number;
  readonly spans: ActiveSpan[];
  drain: Drain | undefined;
}

/** Sums over the workers that are present. */
export interface PoolTotals {
  readonly activeWorkers: number;
  readonly activeCores: number;
  readonly activeMemoryBytes: number;
  readonly drainingWorkers: number;
  readonly drainingCores: number;
  /** Cores of active workers, and of draining ones that still have tasks. */
  readonly servingCores: number;
  /** Ordinal of the newest worker that serves: later stages placed from then on may use all of them. */
  readonly newestServing: number;
}

const serves = (one: PoolWorker): boolean => one.drain === undefined || one.drain.queries > 0;

const addUp = (workers: Iterable<PoolWorker>): PoolTotals => {
  const sum = {
    activeWorkers: 0,
    activeCores: 0,
    activeMemoryBytes: 0,
    drainingWorkers: 0,
    drainingCores: 0,
    servingCores: 0,
    newestServing: 0,
  };
  for (const one of workers) {
    const active = one.drain === undefined;
    sum.activeWorkers += active ? 1 : 0;
    sum.activeCores += active ? one.worker.cores : 0;
    sum.activeMemoryBytes += active ? one.worker.memoryBytes : 0;
    sum.drainingWorkers += active ? 0 : 1;
    sum.drainingCores += active ? 0 : one.worker.cores;
    sum.servingCores += serves(one) ? one.worker.cores : 0;
    if (serves(one)) sum.newestServing = one.ordinal;
  }
  return sum;
};

/**
 * The workers that are present, who has tasks on them, and how far their drains are.
 *
 * A query has tasks on the workers that were active when it was placed, to its end, and during its source stage on
 * every worker that was active at some time since. Nothing of that is stored per query and worker: it follows from
 * the moments of placement and of the changes, which are counted (not timed, so that equal times have an order).
 */
export class WorkerPool {
  readonly #halfOverheadSeconds: number;
  /** In order of joining. */
  readonly #workers = new Map<string, PoolWorker>();
  #changes = 0;
  #joined = 0;
  #totals: PoolTotals | undefined;

  /** @param drainOverheadSeconds fixed part of a drain; half of it before tasks are looked at, half after the last. */
  constructor(drainOverheadSeconds: number) {
    this.#halfOverheadSeconds = drainOverheadSeconds / 2;
  }

  get totals(): PoolTotals {
    this.#totals ??= addUp(this.#workers.values());
    return this.#totals;
  }

  /** All of them, in order of joining. */
  present(): Iterable<PoolWorker> {
    return this.#workers.values();
  }

  /** @throws if there is no such worker. */
  get(id: string): PoolWorker {
    const found = this.#workers.get(id);
    if (found === undefined) throw new Error(`the engine has no worker ${id}`);
    return found;
  }

  /** @throws if a worker of that name is present. */
  add(worker: EngineWorker): void {
    if (this.#workers.has(worker.id)) throw new Error(`worker ${worker.id} is in the engine already`);
    this.#joined += 1;
    const span = { from: this.#workersChange(), to: Number.POSITIVE_INFINITY };
    this.#workers.set(worker.id, { worker, ordinal: this.#joined, spans: [span], drain: undefined });
  }

  remove(id: string): void {
    this.#workers.delete(id);
    this.#workersChange();
  }

  /** An active worker begins to drain. */
  drain(one: PoolWorker, now: number, started: Iterable<LiveQuery>): void {
    const span = one.spans.at(-1);
    if (span !== undefined) span.to = this.#workersChange();
    let queries = 0;
    for (const query of started) queries += this.hasTasks(one, query) ? 1 : 0;
    one.drain = { beganAt: now, lastTaskEndedAt: now, queries };
  }

  /** A draining worker is active again. */
  undrain(one: PoolWorker): void {
    one.drain = undefined;
    one.spans.push({ from: this.#workersChange(), to: Number.POSITIVE_INFINITY });
  }

  /** Places a query's tasks on the workers that are active now; returns whether there are any. */
  place(query: LiveQuery): boolean {
    const possible = this.totals.activeWorkers > 0;
    this.#changes += 1;
    query.placedAt = possible ? this.#changes : Number.POSITIVE_INFINITY;
    query.level = possible ? this.#joined : 0;
    return possible;
  }

  isPlaced(one: PoolWorker, query: LiveQuery): boolean {
    return one.spans.some((span) => span.from < query.placedAt && query.placedAt < span.to);
  }

  /** Whether a query that has started has tasks there. */
  hasTasks(one: PoolWorker, query: LiveQuery): boolean {
    if (query.stage === 'source') return one.spans.some((span) => span.to > query.placedAt);
    return this.isPlaced(one, query);
  }

  /** Whether a worker that the query was placed on is still there. */
  hasPlacement(query: LiveQuery): boolean {
    for (const one of this.#workers.values()) if (this.isPlaced(one, query)) return true;
    return false;
  }

  /** The worker's share (0–1) of the cores that the query's present stage may use. */
  shareOfCapacity(one: PoolWorker, query: LiveQuery): number {
    if (query.stage === 'source') return one.drain === undefined ? one.worker.cores / this.totals.activeCores : 0;
    return one.worker.cores / (this.coresUpTo([query.level])[0] ?? one.worker.cores);
  }

  /** Tells draining workers that tasks end: all of the query's, or those that only its source stage had. */
  releaseTasks(query: LiveQuery, which: 'all' | 'sourceOnly', now: number): void {
    if (this.totals.drainingWorkers === 0) return;
    for (const one of this.#workers.values()) {
      if (one.drain === undefined || one.drain.queries === 0 || !this.hasTasks(one, query)) continue;
      if (which === 'sourceOnly' && this.isPlaced(one, query)) continue;
      one.drain.queries -= 1;
      one.drain.lastTaskEndedAt = now;
      this.#totals = undefined;
    }
  }

  /** When its drain ends; undefined while it is active or tasks are left. */
  drainedAt({ drain }: PoolWorker): number | undefined {
    if (drain === undefined || drain.queries > 0) return undefined;
    return Math.max(drain.beganAt + this.#halfOverheadSeconds, drain.lastTaskEndedAt) + this.#halfOverheadSeconds;
  }

  /** The next end of a drain after `now`; Infinity when none is foreseeable. */
  nextDrainedAt(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    if (this.totals.drainingWorkers === 0) return next;
    for (const one of this.#workers.values()) {
      const at = this.drainedAt(one);
      if (at !== undefined && at > now && at < next) next = at;
    }
    return next;
  }

  /** For each level, in ascending order: cores of the serving workers up to that ordinal. */
  coresUpTo(levels: readonly number[]): number[] {
    const result: number[] = [];
    const workers = this.#workers.values();
    let cores = 0;
    let next = workers.next();
    for (const level of levels) {
      for (; next.done !== true && next.value.ordinal <= level; next = workers.next()) {
        cores += serves(next.value) ? next.value.worker.cores : 0;
      }
      result.push(cores);
    }
    return result;
  }

  #workersChange(): number {
    this.#totals = undefined;
    this.#changes += 1;
    return this.#changes;
  }
}
