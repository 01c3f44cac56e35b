/**
 * Counters by name, for so many names at most: a name that has a series keeps it, because counters must not fall; names
 * that come later count together as `other`. Somebody whose name is "other" counts there too.
 */
export const OTHER = 'other';

/** Of all ended queries of one name since the first reading. */
export interface EndedCounts {
  readonly finished: number;
  readonly failed: number;
  readonly cpuSeconds: number;
}

const NONE: EndedCounts = { finished: 0, failed: 0, cpuSeconds: 0 };

export class CappedSeries {
  readonly #most: number;
  readonly #series = new Map<string, EndedCounts>();

  /** @param most names with a series of their own; `other` comes on top */
  constructor(most: number) {
    this.#most = most;
  }

  /** Gives a name its series, at zero: a rate is seen only of a counter that was there before it grew. */
  announce(name: string): void {
    this.add(name, NONE);
  }

  add(name: string, more: EndedCounts): void {
    const told = this.#told(name);
    const { finished, failed, cpuSeconds } = this.#series.get(told) ?? NONE;
    this.#series.set(told, {
      finished: finished + more.finished,
      failed: failed + more.failed,
      cpuSeconds: cpuSeconds + more.cpuSeconds,
    });
  }

  entries(): readonly (readonly [name: string, counts: EndedCounts])[] {
    return [...this.#series];
  }

  #told(name: string): string {
    if (this.#series.has(name)) return name;
    const own = this.#series.has(OTHER) ? this.#series.size - 1 : this.#series.size;
    return own < this.#most ? name : OTHER;
  }
}
