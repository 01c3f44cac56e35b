/** Delays of the queries that ended lately. */
import { quantile } from 'simple-statistics';

const WINDOW_SECONDS = 600;

export class RecentDelays {
  #ended: { readonly at: number; readonly seconds: number }[] = [];

  add(at: number, seconds: number): void {
    this.#ended.push({ at, seconds });
  }

  /** 95th percentile of the last ten minutes, seconds; null when nothing ended. */
  p95(now: number): number | null {
    this.#ended = this.#ended.filter((one) => one.at >= now - WINDOW_SECONDS);
    return this.#ended.length === 0
      ? null
      : quantile(
          this.#ended.map((one) => one.seconds),
          0.95,
        );
  }
}
