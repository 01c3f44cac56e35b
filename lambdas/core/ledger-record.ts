/** What is kept of a cluster's money: one record for a stretch of a day, in words that outlive the memory's shape. */

import { dayOf, type Part, partUnitSeconds, partUsd } from './ledger-part.ts';
import { MARKETS, type Market } from './ledger-price.ts';
import type { TypeTally } from './memory.ts';
import type { EpochSeconds } from './quantities.ts';

const SECONDS_PER_HOUR = 3600;

/** Units of one instance type in one market. */
export interface TypeCost {
  /** `?`: nobody has read which type; `other`: types beyond the cap on rows. */
  readonly type: string;
  readonly market: Market;
  readonly unitHours: number;
  /** Of the units whose price is known. */
  readonly usd: number;
}

/** Dollars of the queries of one source and group, by CPU seconds. */
export interface GroupCost {
  readonly source: string;
  readonly group: string;
  readonly usd: number;
}

/**
 * What one cluster's task fleet has cost in one stretch of a UTC day. A day has one for each cluster that had its name,
 * and one more after an outage or a lost memory. Of the same day and `from` the later one replaces the earlier.
 */
export interface DayPart {
  readonly version: 1;
  /** Days since 1970. */
  readonly day: number;
  readonly from: EpochSeconds;
  readonly until: EpochSeconds;
  readonly emrClusterId?: string;
  /** Seconds in which it was known what is provisioned; of the others nothing is counted. */
  readonly knownSeconds: number;
  /** Of them, seconds without ticks: what both ends showed at most is believed to have been there. */
  readonly gapSeconds: number;
  readonly usd: number;
  readonly unitHours: number;
  /** Unit-hours whose price is not known: their dollars are missing. */
  readonly unpricedUnitHours: number;
  /** Unit-hours priced by the unit, at the dearest type. Their dollars hold EMR's fee, which cannot be told apart. */
  readonly flatUnitHours: number;
  /** EMR's fee of the units priced by their type; part of `usd`. */
  readonly emrUsd: number;
  /** What the priced units would have cost on-demand. */
  readonly onDemandUsd: number;
  /** Unit-hours of a cluster of fixed size in the known seconds. */
  readonly fixedUnitHours: number;
  /** What they would have cost on-demand, at the mean price of the units that were there. Absent: no price is known. */
  readonly fixedUsd?: number;
  readonly types: readonly TypeCost[];
  readonly groups: readonly GroupCost[];
  /** Dollars of CPU seconds that no query used. */
  readonly idleUsd: number;
  /** Dollars of which nobody knows what for: the engine was not heard of, or tells too little. */
  readonly unattributedUsd: number;
  /** Queries that were seen to finish. Absent: the engine tells of none. */
  readonly queries?: number;
}

const costsOf = ([type, tally]: readonly [string, TypeTally]): TypeCost[] =>
  MARKETS.flatMap((market) => {
    const [seconds, usd] = market === 'onDemand' ? [tally[0], tally[1]] : [tally[2], tally[3]];
    return seconds > 0 ? [{ type, market, unitHours: seconds / SECONDS_PER_HOUR, usd }] : [];
  });

const groupOf = ([row, usd]: readonly [string, number]): GroupCost => {
  const bar = row.indexOf('|');
  return bar < 0 ? { source: row, group: row, usd } : { source: row.slice(0, bar), group: row.slice(bar + 1), usd };
};

/** On-demand price of a unit for an hour: of those that were there, else of the dearest type. */
const unitUsdOf = (part: Part): number | undefined => {
  const pricedHours = (partUnitSeconds(part) - (part.unpriced ?? 0)) / SECONDS_PER_HOUR;
  return pricedHours > 1e-9 ? part.onDemandUsd / pricedHours : part.unitUsd;
};

/** The record of a part. */
export const recordOfPart = (part: Part): DayPart => {
  const usd = partUsd(part);
  const groups = Object.entries(part.shares).map(groupOf);
  const told = groups.reduce((sum, group) => sum + group.usd, part.idleUsd);
  const fixedUnitHours = part.fixedUnitSeconds / SECONDS_PER_HOUR;
  const unitUsd = unitUsdOf(part);
  return {
    version: 1,
    day: dayOf(part.from),
    from: part.from,
    until: part.at,
    ...(part.emrClusterId === undefined ? {} : { emrClusterId: part.emrClusterId }),
    knownSeconds: part.knownSeconds,
    gapSeconds: part.gapSeconds ?? 0,
    usd,
    unitHours: partUnitSeconds(part) / SECONDS_PER_HOUR,
    unpricedUnitHours: (part.unpriced ?? 0) / SECONDS_PER_HOUR,
    flatUnitHours: (part.flat ?? 0) / SECONDS_PER_HOUR,
    emrUsd: part.emrUsd,
    onDemandUsd: part.onDemandUsd,
    fixedUnitHours,
    ...(unitUsd === undefined ? {} : { fixedUsd: fixedUnitHours * unitUsd }),
    types: Object.entries(part.types).flatMap(costsOf),
    groups,
    idleUsd: part.idleUsd,
    unattributedUsd: Math.max(0, usd - told),
    ...(part.queries === undefined ? {} : { queries: part.queries }),
  };
};
