/**
 * How many queries ended without being seen: what the engine counts less what has been counted here. A lower bound: those
 * that end while the first lists are read are in both, and those that end just before the engine dies are in none.
 */
export class MissedQueries {
  /** The engine's count from which on those counted here are compared, and both since then. */
  #base: number | undefined;
  #countedSince = 0;
  #lastTotal = 0;
  #missedSince = 0;
  #missedBefore = 0;

  /** Undefined: the engine has never said. */
  get total(): number | undefined {
    return this.#base === undefined ? undefined : this.#missedBefore + this.#missedSince;
  }

  get hasBegun(): boolean {
    return this.#base !== undefined;
  }

  /** The engine's count when all that has ended by then has been counted. */
  begin(total: number | undefined): void {
    this.#base = total;
    this.#lastTotal = total ?? 0;
    this.#countedSince = 0;
  }

  /** The engine's count before the lists are read; one that has fallen is that of an engine that has restarted. */
  expect(total: number | undefined): void {
    if (total === undefined || this.#base === undefined) return;
    if (total < this.#lastTotal) {
      this.#missedBefore += this.#missedSince;
      this.#missedSince = 0;
      this.#countedSince = 0;
      this.#base = 0;
    }
    this.#lastTotal = total;
  }

  count(): void {
    this.#countedSince += 1;
  }

  /** All lists have been read to their ends since {@link expect}. */
  compare(): void {
    if (this.#base === undefined) return;
    this.#missedSince = Math.max(this.#missedSince, this.#lastTotal - this.#base - this.#countedSince);
  }
}
