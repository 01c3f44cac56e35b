/**
 * What one cluster has cost in one stretch of a UTC day, added up. It is part of the memory, which is one small table
 * item: rows are capped, and what is nothing is absent. Sums are not kept beside their parts, so they cannot differ.
 */

import { type Lot, priceOf } from './ledger-price.ts';
import type { PartMemory, TypeTally } from './memory.ts';
import type { ClusterFacts } from './model.ts';
import type { Policy } from './policy/schema.ts';
import type { EpochSeconds } from './quantities.ts';

export const SECONDS_PER_DAY = 86_400;
const SECONDS_PER_HOUR = 3600;
/** Types with a row of their own; the cheapest ones share the row {@link OTHER}. */
export const MOST_TYPES = 8;
export const OTHER = 'other';

export type Part = PartMemory;

export const dayOf = (at: number): number => Math.floor(at / SECONDS_PER_DAY);

/** To a ten-millionth of a dollar: a day of ticks rounds to less than a tenth of a cent. */
export const roundedUsd = (usd: number): number => Math.round(usd * 1e7) / 1e7;
/** Unit-seconds to the millisecond of a clock. */
export const roundedSeconds = (seconds: number): number => Math.round(seconds * 1000) / 1000;

export const newPart = (from: EpochSeconds, emrClusterId: string | undefined): Part => ({
  from,
  at: from,
  ...(emrClusterId === undefined ? {} : { emrClusterId }),
  knownSeconds: 0,
  types: {},
  emrUsd: 0,
  onDemandUsd: 0,
  fixedUnitSeconds: 0,
  shares: {},
  idleUsd: 0,
});

const NOTHING: TypeTally = [0, 0, 0, 0];
const usdOf = ([, onDemand, , spot]: TypeTally): number => onDemand + spot;
const added = (first: TypeTally, second: TypeTally): TypeTally => [
  roundedSeconds(first[0] + second[0]),
  roundedUsd(first[1] + second[1]),
  roundedSeconds(first[2] + second[2]),
  roundedUsd(first[3] + second[3]),
];

type Types = Readonly<Record<string, TypeTally>>;

const tallyOf = (types: Types, type: string): TypeTally =>
  Object.hasOwn(types, type) ? (types[type] ?? NOTHING) : NOTHING;

/** Joins the cheapest rows; equal ones by name, so that the same ticks give the same rows. */
const cappedTypes = (types: Types): Types => {
  const named = Object.entries(types).filter(([type]) => type !== OTHER);
  if (named.length <= MOST_TYPES) return types;
  const byCost = named.toSorted(
    ([a, one], [b, two]) => usdOf(two) - usdOf(one) || two[0] + two[2] - one[0] - one[2] || (a < b ? -1 : 1),
  );
  const rest = byCost.slice(MOST_TYPES).map(([, tally]) => tally);
  const other = rest.reduce(added, tallyOf(types, OTHER));
  return { ...Object.fromEntries(byCost.slice(0, MOST_TYPES)), [OTHER]: other };
};

/** Dollars of a part, by what is priced. */
export const partUsd = ({ types }: Part): number => Object.values(types).reduce((sum, tally) => sum + usdOf(tally), 0);

/** Unit-seconds of a part, priced or not. */
export const partUnitSeconds = ({ types }: Part): number =>
  Object.values(types).reduce((sum, [onDemand, , spot]) => sum + onDemand + spot, 0);

/** A stretch in which the same capacity was there. */
export interface Stretch {
  readonly seconds: number;
  readonly lots: readonly Lot[];
  /** Nobody looked for long: the capacity is what both ends showed at most. */
  readonly isGap: boolean;
}

interface Sums {
  types: Types;
  unpriced: number;
  flat: number;
  emrUsd: number;
  onDemandUsd: number;
}

const addLot = (sums: Sums, lot: Lot, facts: ClusterFacts, seconds: number): void => {
  const { usdPerHour, onDemandUsdPerHour = 0, emrUsdPerHour } = priceOf(lot, facts);
  const hours = seconds / SECONDS_PER_HOUR;
  const unitSeconds = lot.units * seconds;
  const usd = (usdPerHour ?? 0) * hours;
  const tally: TypeTally = lot.market === 'onDemand' ? [unitSeconds, usd, 0, 0] : [0, 0, unitSeconds, usd];
  sums.types = { ...sums.types, [lot.type]: added(tallyOf(sums.types, lot.type), tally) };
  sums.onDemandUsd += onDemandUsdPerHour * hours;
  sums.emrUsd += (emrUsdPerHour ?? 0) * hours;
  if (usdPerHour === undefined) sums.unpriced += unitSeconds;
  else if (emrUsdPerHour === undefined) sums.flat += unitSeconds;
};

const present = <Key extends string>(key: Key, value: number): { readonly [K in Key]?: number } =>
  (value === 0 ? {} : { [key]: roundedSeconds(value) }) as { readonly [K in Key]?: number };

/** Adds a stretch to a part. */
export const accrued = (part: Part, stretch: Stretch, facts: ClusterFacts, policy: Policy): Part => {
  const { seconds, lots, isGap } = stretch;
  const { unpriced = 0, flat = 0, gapSeconds = 0, unitUsd: _, ...kept } = part;
  const sums: Sums = { types: part.types, unpriced, flat, emrUsd: part.emrUsd, onDemandUsd: part.onDemandUsd };
  for (const lot of lots) addLot(sums, lot, facts, seconds);
  const fixedUnits = policy.budget.fixedUnits ?? policy.capacity.maximumUnits;
  const unitUsd = facts.usdPerUnitHour?.onDemand;
  return {
    ...kept,
    at: (part.at + seconds) as EpochSeconds,
    knownSeconds: roundedSeconds(part.knownSeconds + seconds),
    ...present('gapSeconds', gapSeconds + (isGap ? seconds : 0)),
    types: cappedTypes(sums.types),
    ...present('unpriced', sums.unpriced),
    ...present('flat', sums.flat),
    emrUsd: roundedUsd(sums.emrUsd),
    onDemandUsd: roundedUsd(sums.onDemandUsd),
    fixedUnitSeconds: roundedSeconds(part.fixedUnitSeconds + fixedUnits * seconds),
    ...(unitUsd === undefined ? {} : { unitUsd }),
  };
};
