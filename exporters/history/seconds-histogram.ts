/** Durations by size: Prometheus' histogram, kept as plain counts. */
import type { HistogramValue } from '../engine/metric-table.ts';

export class SecondsHistogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  /** @param bounds upper ends of the buckets, rising; a last one without end comes on top */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  add(seconds: number): void {
    this.#sum += seconds;
    this.#count += 1;
    const bucket = this.#bounds.findIndex((bound) => seconds <= bound);
    if (bucket !== -1) this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
  }

  /** Each bucket counts those below it too. */
  value(): HistogramValue {
    let below = 0;
    const buckets = this.#bounds.map((upTo, index) => {
      below += this.#counts[index] ?? 0;
      return { upTo, count: below };
    });
    return { labels: {}, buckets, sum: this.#sum, count: this.#count };
  }
}
