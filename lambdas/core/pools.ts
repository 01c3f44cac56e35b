/** What is known of the fleet's pools: when they are read, what is kept of them, and how much of spot may go at once. */
import type { Memory } from './memory.ts';
import type { ClusterFacts, Observation, PoolCapacity, PoolsState } from './model.ts';
import type { Policy } from './policy/schema.ts';
import { type EpochSeconds, units, workers } from './quantities.ts';

/** After a change or a loss they are read again, but no sooner. */
const CHANGED_READ_SECONDS = 300;
const ROUTINE_READ_SECONDS = 1800;
/** After a failure they are not asked for sooner. */
const RETRY_SECONDS = 600;
/** Capacity that changed by less than this share has not changed. */
const CHANGED_SHARE = 0.05;
/** Before on-demand is bought in place of spot the instances are looked at, so long before at the earliest. */
const FALLBACK_LEAD_SECONDS = 60;
/** Instances that were seen to start are believed to come for so long. */
const STARTING_SECONDS = 300;
/** A read is believed for so long; a few routine reads may fail. */
const BELIEVED_SECONDS = 7200;
/** Thirty types in two markets, which is EMR's limit. */
const MOST_POOLS = 60;

const unitsIn = ({ pools }: PoolsState, market: PoolCapacity['market']): number =>
  pools.filter((pool) => pool.market === market).reduce((sum, pool) => sum + pool.units, 0);

const hasChanged = (pools: PoolsState, fleet: NonNullable<Memory['fleet']>): boolean =>
  (['onDemand', 'spot'] as const).some((market) => {
    const { provisionedUnits } = fleet[market];
    const change = Math.abs(provisionedUnits - unitsIn(pools, market));
    return change > CHANGED_SHARE * provisionedUnits;
  });

/** Whose decisions need the pools: the reserve, where there is a choice of pools, and whoever prices by type. */
const isOfUse = (memory: Memory, { reserve }: Policy, { typePrices }: ClusterFacts): boolean =>
  typePrices !== undefined || (reserve.poolsLost > 0 && (memory.fleet?.instanceTypes ?? 0) > 1);

/**
 * Whether on-demand is about to stand in for spot. Where EMR counts only instances that run, those that start look like
 * ones that cannot be had (emr.md §1.2 leaves open which it counts), and both would be paid for.
 */
export const isFallbackNear = ({ spot }: Memory, { markets }: Policy, now: EpochSeconds): boolean =>
  markets.fallbackMaximumUnits > 0 &&
  spot?.deficitSince !== undefined &&
  now - spot.deficitSince >= markets.fallbackAfterSeconds - FALLBACK_LEAD_SECONDS;

/** Spot units that exist by a read of the instances, started or not; 0 where none is young enough. */
export const existingSpotUnits = ({ pools }: Memory, now: EpochSeconds): number =>
  pools === undefined || now - pools.readAt > STARTING_SECONDS ? 0 : unitsIn(pools, 'spot');

/**
 * Whether this tick should read the instances, if it has nothing more urgent to do.
 * @param memory with the fleet as last read
 */
export const wantsPoolsRead = (
  memory: Memory,
  policy: Policy,
  facts: ClusterFacts,
  lastLossAt: EpochSeconds | undefined,
  now: EpochSeconds,
): boolean => {
  const { fleet, pools, poolsFailed } = memory;
  if (fleet === undefined) return false;
  if (isFallbackNear(memory, policy, now)) {
    const lastAsked = Math.max(pools?.readAt ?? 0, poolsFailed?.at ?? 0);
    return now - lastAsked >= STARTING_SECONDS - FALLBACK_LEAD_SECONDS;
  }
  if (!isOfUse(memory, policy, facts)) return false;
  if (poolsFailed !== undefined && now - poolsFailed.at < RETRY_SECONDS) return false;
  if (fleet.onDemand.provisionedUnits + fleet.spot.provisionedUnits === 0) return false;
  if (pools === undefined) return true;
  const age = now - pools.readAt;
  if (age < CHANGED_READ_SECONDS) return false;
  const lost = lastLossAt !== undefined && lastLossAt > pools.readAt;
  return age >= ROUTINE_READ_SECONDS || lost || hasChanged(pools, fleet);
};

/** The largest pools; the others of a market count as one, which makes a loss look larger rather than smaller. */
const few = (pools: readonly PoolCapacity[]): readonly PoolCapacity[] => {
  if (pools.length <= MOST_POOLS) return pools;
  const ordered = pools.toSorted((first, second) => second.units - first.units);
  const rest = ordered.slice(MOST_POOLS - 2);
  const together = (['onDemand', 'spot'] as const).map((market) => {
    const mine = rest.filter((pool) => pool.market === market);
    const instances = workers(mine.reduce((sum, pool) => sum + pool.instances, 0));
    return { instanceType: 'other', market, instances, units: units(mine.reduce((sum, pool) => sum + pool.units, 0)) };
  });
  return [...ordered.slice(0, MOST_POOLS - 2), ...together.filter((pool) => pool.instances > 0)];
};

/** Keeps a read; a failure leaves standing what was read before. */
export const withPools = (before: Memory, { pools, poolsFault }: Observation, now: EpochSeconds): Memory => {
  if (pools !== undefined) {
    const { poolsFailed: _over, ...kept } = before;
    return { ...kept, pools: { readAt: pools.readAt, pools: few(pools.pools) } };
  }
  return poolsFault === undefined ? before : { ...before, poolsFailed: { at: now, fault: poolsFault } };
};

/** How much of spot the largest pools hold. */
export interface LargestPools {
  /** Share of spot, 0 to 1. */
  readonly share: number;
  /** Spot pools in all. */
  readonly pools: number;
  /** Age of the read; absent: pools were not read, and equal ones are assumed. */
  readonly ageSeconds?: number;
}

/**
 * Share of spot that goes with its largest pools. Without a read that may be believed, equal shares of all instance types
 * of the fleet are assumed; undefined where their number is not known either.
 * @param count pools that go at once
 */
export const largestPools = (memory: Memory, count: number, now: EpochSeconds): LargestPools | undefined => {
  const { pools: read, fleet } = memory;
  const spot = read?.pools.filter((pool) => pool.market === 'spot' && pool.units > 0).map((pool) => pool.units) ?? [];
  const ageSeconds = now - (read?.readAt ?? now);
  if (spot.length > 0 && ageSeconds < BELIEVED_SECONDS) {
    const largest = spot.toSorted((first, second) => second - first).slice(0, count);
    const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
    return { share: sum(largest) / sum(spot), pools: spot.length, ageSeconds };
  }
  const types = fleet?.instanceTypes;
  return types === undefined || types === 0 ? undefined : { share: Math.min(1, count / types), pools: types };
};
