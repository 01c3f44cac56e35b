/** Which types take part, and with what shares. */
import { type Limits, roomFor, type Spread, type Spreadable, spread } from './spread.ts';

export interface Counts {
  readonly atLeast: number;
  readonly atMost: number;
}

export interface Selection {
  /** Indices of those that take part, with their shares, which sum to 1; the largest first. */
  readonly taken: readonly { readonly index: number; readonly share: number }[];
  /** The limits as they had to be raised. */
  readonly limits: Limits;
  /** Those that are in only because there must be so many. */
  readonly forSpread: ReadonlySet<number>;
}

const byShare =
  ({ shares }: Spread, { costs }: Spreadable) =>
  (first: number, second: number): number =>
    (shares[second] ?? 0) - (shares[first] ?? 0) || (costs[first] ?? 0) - (costs[second] ?? 0) || first - second;

/** Takes indices in order while there is room: in all, and for the smallest shares of a family under its limit. */
const takeWhileRoom = (order: readonly number[], families: readonly number[], perFamily: number, most: number) => {
  const taken: number[] = [];
  const counts = new Map<number, number>();
  for (const index of order) {
    const family = families[index] ?? -1;
    const count = counts.get(family) ?? 0;
    if (taken.length >= most) break;
    if (count >= perFamily) continue;
    counts.set(family, count + 1);
    taken.push(index);
  }
  return taken;
};

const chosenIndices = (things: Spreadable, limits: Limits, counts: Counts, evenness: number) => {
  const free = spread(things, { ...limits, least: 0 }, evenness);
  const all = things.costs.map((_, index) => index);
  const worth = all.filter((index) => (free.shares[index] ?? 0) >= limits.least / 2).toSorted(byShare(free, things));
  const gain = (index: number): number => (things.costs[index] ?? 0) - (free.worths[index] ?? 0);
  const others = all.filter((index) => !worth.includes(index)).toSorted((a, b) => gain(a) - gain(b) || a - b);
  const wanted = Math.min(counts.atMost, Math.max(worth.length, counts.atLeast));
  const perFamily = Math.max(1, Math.floor(limits.familyMost / limits.least + 1e-9));
  const taken = takeWhileRoom([...worth, ...others], things.families, perFamily, wanted);
  return { taken, forSpread: new Set(taken.filter((index) => !worth.includes(index))) };
};

/**
 * Chooses types and shares: those that would have at least half the smallest share if any share were allowed, as many more
 * as there must be, and not more than there may be; then their shares anew.
 */
export const select = (things: Spreadable, wished: Limits, counts: Counts, evenness: number): Selection => {
  const roomy = roomFor(things.families, wished);
  const { taken, forSpread } = chosenIndices(things, roomy, counts, evenness);
  const part: Spreadable = {
    costs: taken.map((index) => things.costs[index] ?? 0),
    families: taken.map((index) => things.families[index] ?? 0),
  };
  const limits = roomFor(part.families, { ...roomy, least: Math.min(roomy.least, 1 / taken.length) });
  const { shares } = spread(part, limits, evenness);
  const sum = shares.reduce((total, share) => total + share, 0);
  const found = taken.map((index, place) => ({ index, share: (shares[place] ?? 0) / sum }));
  return {
    taken: found.toSorted((a, b) => b.share - a.share || a.index - b.index),
    limits,
    forSpread,
  };
};
