/** Adds up how queries ended. */
import { quantileSorted } from 'simple-statistics';
import type { FailureCause, QueryOutcome } from '../world/engine/outcome.ts';
import { delayOf } from './lateness.ts';

export interface QueryReport {
  readonly arrived: number;
  readonly completed: number;
  readonly failed: Readonly<Record<FailureCause, number>>;
  /** Of completed queries; null when none completed. */
  readonly delaySeconds: {
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
    readonly max: number;
  } | null;
  /** Late or failed queries of all that arrived. */
  readonly lateShare: number;
}

export class Tally {
  readonly #maximumCores: number;
  readonly #delays: number[] = [];
  readonly #failed: Record<FailureCause, number> = { scaleIn: 0, interruption: 0, memory: 0, other: 0 };
  #late = 0;
  #cpuSeconds = 0;

  /** @param maximumCores size of the cluster at its maximum, for lone times */
  constructor(maximumCores: number) {
    this.#maximumCores = maximumCores;
  }

  add(outcome: QueryOutcome): void {
    const delay = delayOf(outcome, this.#maximumCores);
    if (delay.late) this.#late += 1;
    this.#cpuSeconds += outcome.cpuSecondsUsed;
    if (outcome.result === 'completed') this.#delays.push(delay.seconds);
    else this.#failed[outcome.cause ?? 'other'] += 1;
  }

  get failedQueries(): number {
    return Object.values(this.#failed).reduce((sum, count) => sum + count, 0);
  }

  get failed(): Readonly<Record<FailureCause, number>> {
    return this.#failed;
  }

  get ended(): number {
    return this.#delays.length + this.failedQueries;
  }

  get late(): number {
    return this.#late;
  }

  /** Core-seconds that were burnt, by failed queries too. */
  get cpuSeconds(): number {
    return this.#cpuSeconds;
  }

  report(arrived: number): QueryReport {
    const sorted = this.#delays.toSorted((a, b) => a - b);
    const at = (share: number): number => quantileSorted(sorted, share);
    return {
      arrived,
      completed: sorted.length,
      failed: { ...this.#failed },
      delaySeconds: sorted.length === 0 ? null : { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) },
      lateShare: arrived === 0 ? 0 : this.#late / arrived,
    };
  }
}
