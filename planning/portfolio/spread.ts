/**
 * Shares that cost least, where putting much into one type costs extra: minimises Σ cost·share + evenness·Σ share² under
 * limits for each type and each family. The square makes the answer unique and smooth: a cost that moves by d moves a share
 * by at most d / (2·evenness).
 */

export interface Limits {
  /** Smallest and largest share of one type. */
  readonly least: number;
  readonly most: number;
  readonly familyMost: number;
}

/** What may be spread: the types' costs and the index of each one's family. */
export interface Spreadable {
  readonly costs: readonly number[];
  readonly families: readonly number[];
}

export interface Spread {
  readonly shares: readonly number[];
  /** What one more bit of share is worth to each type; a type whose cost is above it is left. */
  readonly worths: readonly number[];
}

/** Halvings of an interval of costs: to a hundred-million-millionth of it. */
const HALVINGS = 46;

const between = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

const membersOf = (families: readonly number[]): readonly number[][] => {
  const members: number[][] = [];
  families.forEach((family, index) => {
    const list = members[family];
    if (list === undefined) members[family] = [index];
    else list.push(index);
  });
  return members;
};

/** The largest worth in an interval at which a sum of shares that grows with it stays within what may be. */
const worthFor = (sum: (worth: number) => number, most: number, low: number, high: number): number => {
  let [from, to] = [low, high];
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (from + to) / 2;
    if (sum(middle) <= most) from = middle;
    else to = middle;
  }
  return from;
};

/**
 * The cheapest shares, which sum to 1.
 *
 * Limits must leave room for that: `roomFor` raises them where they do not. Costs and evenness have the same unit.
 */
export const spread = ({ costs, families }: Spreadable, limits: Limits, evenness: number): Spread => {
  const { least, most, familyMost } = limits;
  const shareAt = (index: number, worth: number): number =>
    between((worth - (costs[index] ?? 0)) / (2 * evenness), least, most);
  const sumAt = (members: readonly number[], worth: number): number => {
    let sum = 0;
    for (const index of members) sum += shareAt(index, worth);
    return sum;
  };
  const low = Math.min(...costs);
  const high = Math.max(...costs) + 2 * evenness * most;
  const groups = membersOf(families);
  const familyWorths = groups.map((members) =>
    members.length * most <= familyMost
      ? Number.POSITIVE_INFINITY
      : worthFor((worth) => sumAt(members, worth), familyMost, low, high),
  );
  const total = (worth: number): number => {
    let sum = 0;
    groups.forEach((members, family) => {
      sum += sumAt(members, Math.min(worth, familyWorths[family] ?? worth));
    });
    return sum;
  };
  const worth = worthFor(total, 1, low, high);
  const worths = families.map((family) => Math.min(worth, familyWorths[family] ?? worth));
  return { shares: worths.map((own, index) => shareAt(index, own)), worths };
};

/** Raises limits that leave no room for a whole: first the types', then the families'. */
export const roomFor = (families: readonly number[], limits: Limits): Limits => {
  const sizes = membersOf(families).map((members) => members.length);
  const most = Math.max(limits.most, 1 / families.length);
  const room = (familyMost: number): number => sizes.reduce((sum, size) => sum + Math.min(familyMost, size * most), 0);
  if (room(limits.familyMost) >= 1) return { ...limits, most };
  // `worthFor` ends just below the limit that is sought.
  const familyMost = worthFor((limit) => room(limit), 1, limits.familyMost, 1);
  return { ...limits, most, familyMost: Math.min(1, familyMost * (1 + 1e-9)) };
};
