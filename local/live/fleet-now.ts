/** The fleet of the moment as the page shows it: both markets, the pools, and what they cost. */
import type { FleetNow, MarketNow, PoolNow } from '../../console/protocol.ts';
import { ec2UsdPerHour } from '../../simulator/world/fleet/bill.ts';
import type { Bill, Fleet, FleetInstance, Market } from '../../simulator/world/fleet/fleet.ts';
import { perMarket } from '../../simulator/world/fleet/model.ts';
import type { PoolKnobs } from '../../simulator/world/knobs.ts';
import type { LossesNow } from '../watch/recent-losses.ts';

/** As much of a fleet as is watched. */
export type WatchedFleet = Pick<Fleet, 'read' | 'bill' | 'instances' | 'spotPools'>;

export interface FleetQuestion {
  readonly fleet: WatchedFleet;
  /** Up to the same moment. */
  readonly bill: Bill;
  readonly losses: LossesNow;
  /** null: not known yet. */
  readonly standInUnits: number | null;
}

const unitsOf = (instances: readonly FleetInstance[]): number =>
  instances.reduce((sum, { pool }) => sum + pool.weightUnits, 0);

const isStarting = ({ state }: FleetInstance): boolean => state === 'provisioning' || state === 'bootstrapping';
const isRunning = ({ state }: FleetInstance): boolean => state === 'running';

/**
 * Dollars so far, had every instance been on-demand; EMR's fee is the same in both markets.
 * @param pools those of the bill
 */
const asOnDemandUsd = (bill: Bill, pools: readonly PoolKnobs[]): number =>
  pools.reduce((sum, pool) => {
    const hours = bill.byType[pool.instanceType]?.instanceHours ?? 0;
    return sum + hours * (pool.onDemandUsdPerHour + pool.emrUsdPerHour);
  }, 0);

/** Dollars of one market so far, and had its instances been on-demand. */
const moneyOf = (market: Market, { fleet, bill }: FleetQuestion): Pick<MarketNow, 'usd' | 'asOnDemandUsd'> => {
  const { onDemand, spot } = perMarket((one) => bill.byMarket[one].ec2Usd + bill.byMarket[one].emrUsd);
  if (market === 'onDemand') return { usd: onDemand, asOnDemandUsd: onDemand };
  const pools = fleet.spotPools().map(({ pool }) => pool);
  return { usd: spot, asOnDemandUsd: asOnDemandUsd(bill, pools) - onDemand };
};

const marketNow = (market: Market, living: readonly FleetInstance[], question: FleetQuestion): MarketNow => {
  const { fleet, losses } = question;
  const { targetUnits } = fleet.read()[market];
  const ours = living.filter((instance) => instance.market === market);
  const runningUnits = unitsOf(ours.filter(isRunning));
  const startingUnits = unitsOf(ours.filter(isStarting));
  const isSpot = market === 'spot';
  return {
    targetUnits,
    runningUnits,
    startingUnits,
    goingUnits: isSpot ? [...losses.going.values()].reduce((sum, units) => sum + units, 0) : 0,
    missingUnits: Math.max(0, targetUnits - runningUnits - startingUnits),
    lostUnits: isSpot ? losses.lostUnits : 0,
    usdPerHour: ours.reduce((sum, instance) => sum + ec2UsdPerHour(instance) + instance.pool.emrUsdPerHour, 0),
    ...moneyOf(market, question),
  };
};

const poolNow = (
  { pool, freeInstances, gone }: ReturnType<Fleet['spotPools']>[number],
  instances: readonly FleetInstance[],
  { going }: LossesNow,
): PoolNow => {
  const { instanceType, weightUnits, onDemandUsdPerHour, spotPriceShare, emrUsdPerHour } = pool;
  const ours = instances.filter((one) => one.pool.instanceType === instanceType && (isRunning(one) || isStarting(one)));
  return {
    instanceType,
    spotUnits: unitsOf(ours.filter(({ market }) => market === 'spot')),
    goingUnits: going.get(instanceType) ?? 0,
    onDemandUnits: unitsOf(ours.filter(({ market }) => market === 'onDemand')),
    spotUsdPerUnitHour: (onDemandUsdPerHour * spotPriceShare + emrUsdPerHour) / weightUnits,
    onDemandUsdPerUnitHour: (onDemandUsdPerHour + emrUsdPerHour) / weightUnits,
    gone,
    freeUnits: Number.isFinite(freeInstances) ? freeInstances * weightUnits : null,
  };
};

/** What runs, arrives, goes and is missing, by market and by pool. Targets are those that a read shows. */
export const fleetNow = (question: FleetQuestion): FleetNow => {
  const { fleet, losses, standInUnits } = question;
  const living = fleet.instances().filter(({ terminatedAt }) => terminatedAt === undefined);
  return {
    onDemand: marketNow('onDemand', living, question),
    spot: marketNow('spot', living, question),
    standInUnits,
    pools: fleet.spotPools().map((offer) => poolNow(offer, living, losses)),
  };
};

/** The pool that holds the most spot; undefined: none holds any. The first among equals. */
export const largestPool = (fleet: Pick<Fleet, 'instances'>): string | undefined => {
  const held = new Map<string, number>();
  for (const { market, pool, terminatedAt } of fleet.instances())
    if (market === 'spot' && terminatedAt === undefined)
      held.set(pool.instanceType, (held.get(pool.instanceType) ?? 0) + pool.weightUnits);
  return [...held].toSorted((one, other) => other[1] - one[1])[0]?.[0];
};
