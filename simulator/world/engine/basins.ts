/**
 * Max-min fair shares when takers stand in groups and capacity limits are nested (a laminar family): a chain of
 * groups 0 … k−1, where groups 0 … j together may take `chain[j]`; beside it group k, which may take `source`;
 * and all of them together `total`.
 *
 * The fair shares under nested limits are found from the inside outwards: an outer limit cuts the shares that the inner
 * ones allow at one common level. Along the chain it is quicker the other way round: find the level that the outermost
 * limit allows; if inner limits are exceeded there, the one exceeded most is met exactly in the solution too, so the
 * groups up to it and those after it can be solved apart.
 */

/** Capacity limits, in cores. */
export interface NestedLimits {
  /** Not descending. */
  readonly chain: readonly number[];
  readonly source: number;
  readonly total: number;
}

/** An inner limit that is exceeded by less than this share is met: the rest is rounding. */
const ROUNDING = 1e-12;

export class Basins {
  /** Caps of all takers, group after group, ascending within each. */
  #caps = new Float64Array(64);
  /** Sum of the caps of the same group up to and with this one. */
  #sums = new Float64Array(64);
  /** Where each group begins in `#caps`; one more entry for the end. */
  #starts = new Int32Array(8);
  #levels = new Float64Array(8);

  /**
   * @param caps ascending; only the first `count` are read.
   * @param groups group of each taker, 0 … `limits.chain.length`.
   * @returns the level of each group: a taker gets min(cap, level of its group). Valid until the next call.
   */
  share(caps: Float64Array, groups: Int32Array, count: number, limits: NestedLimits): Float64Array {
    const last = limits.chain.length;
    this.#load(caps, groups, count, last + 1);
    this.#levels.fill(Number.POSITIVE_INFINITY, 0, last + 1);
    if (last > 0) this.#shareChain(limits.chain, 0, last - 1, 0);
    this.#levels[last] = this.#water(last, last, limits.source);
    const level = this.#water(0, last, limits.total);
    for (let group = 0; group <= last; group += 1) {
      this.#levels[group] = Math.min(level, this.#levels[group] as number);
    }
    return this.#levels;
  }

  #load(caps: Float64Array, groups: Int32Array, count: number, groupCount: number): void {
    this.#reserve(count, groupCount);
    const starts = this.#starts.fill(0, 0, groupCount + 1);
    for (let index = 0; index < count; index += 1) {
      const next = (groups[index] as number) + 1;
      starts[next] = (starts[next] as number) + 1;
    }
    for (let group = 1; group <= groupCount; group += 1) {
      starts[group] = (starts[group] as number) + (starts[group - 1] as number);
    }
    this.#place(caps, groups, count, groupCount);
  }

  #place(caps: Float64Array, groups: Int32Array, count: number, groupCount: number): void {
    const ends = Int32Array.from(this.#starts.subarray(0, groupCount));
    for (let index = 0; index < count; index += 1) {
      const group = groups[index] as number;
      const at = ends[group] as number;
      const cap = caps[index] as number;
      this.#caps[at] = cap;
      this.#sums[at] = cap + (at > (this.#starts[group] as number) ? (this.#sums[at - 1] as number) : 0);
      ends[group] = at + 1;
    }
  }

  #reserve(count: number, groupCount: number): void {
    if (this.#caps.length < count) {
      this.#caps = new Float64Array(2 * count);
      this.#sums = new Float64Array(2 * count);
    }
    if (this.#levels.length < groupCount + 1) {
      this.#starts = new Int32Array(2 * groupCount + 2);
      this.#levels = new Float64Array(2 * groupCount + 2);
    }
  }

  /** Levels of the chain's groups `from` … `to`, when the groups before them take `taken` for good. */
  #shareChain(chain: readonly number[], from: number, to: number, taken: number): void {
    const level = this.#water(from, to, (chain[to] as number) - taken);
    const split = this.#mostViolated(chain, from, to, taken, level);
    if (split === undefined) {
      this.#levels.fill(level, from, to + 1);
      return;
    }
    this.#shareChain(chain, from, split, taken);
    this.#shareChain(chain, split + 1, to, chain[split] as number);
  }

  #mostViolated(chain: readonly number[], from: number, to: number, taken: number, level: number): number | undefined {
    let worst: number | undefined;
    let worstExcess = 0;
    let sum = taken;
    for (let group = from; group < to; group += 1) {
      sum += this.#drawn(group, level);
      const limit = chain[group] as number;
      const excess = sum - limit;
      if (excess > worstExcess && excess > ROUNDING * limit) [worst, worstExcess] = [group, excess];
    }
    return worst;
  }

  /**
   * Level at which groups `from` … `to`, each cut at its present level, fill a capacity; Infinity when they fit.
   * Newton's method from below: what is drawn is concave in the level, so no step goes too far, and it ends exactly.
   */
  #water(from: number, to: number, capacity: number): number {
    let level = 0;
    for (;;) {
      let fixed = 0;
      let takers = 0;
      for (let group = from; group <= to; group += 1) {
        const ceiling = this.#levels[group] as number;
        if (ceiling <= level) {
          fixed += this.#drawn(group, ceiling);
          continue;
        }
        const above = this.#firstAbove(group, level);
        fixed += this.#sumBefore(group, above);
        takers += (this.#starts[group + 1] as number) - above;
      }
      if (takers === 0) return Number.POSITIVE_INFINITY;
      const next = (capacity - fixed) / takers;
      if (!(next > level)) return level;
      level = next;
    }
  }

  /** What one group draws at a level. */
  #drawn(group: number, level: number): number {
    const above = this.#firstAbove(group, level);
    const takers = (this.#starts[group + 1] as number) - above;
    return this.#sumBefore(group, above) + (takers > 0 ? takers * level : 0);
  }

  #sumBefore(group: number, index: number): number {
    return index > (this.#starts[group] as number) ? (this.#sums[index - 1] as number) : 0;
  }

  /** Index of the group's first cap above the level. */
  #firstAbove(group: number, level: number): number {
    let low = this.#starts[group] as number;
    let high = this.#starts[group + 1] as number;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#caps[middle] as number) <= level) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
