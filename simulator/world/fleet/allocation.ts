/** Which pool the next instance comes from: EMR's allocation strategies, made deterministic. */
import type { PoolKnobs } from '../knobs.ts';

/** What a pool can give in the spot market. */
export interface SpotOffer {
  readonly pool: PoolKnobs;
  /** Instances that can be had now; infinite when the pool is unlimited. */
  readonly freeInstances: number;
  /** Spot instances of the fleet that live in it. */
  readonly liveInstances: number;
}

const freeUnits = (offer: SpotOffer): number => offer.freeInstances * offer.pool.weightUnits;

const betterSpot = (challenger: SpotOffer, best: SpotOffer): boolean =>
  freeUnits(challenger) === freeUnits(best)
    ? challenger.liveInstances < best.liveInstances
    : freeUnits(challenger) > freeUnits(best);

/**
 * Capacity-optimised: the pool with the most free units; among equals the one that holds the fewest of ours, then the
 * first. Unlimited pools are equals, so they are filled in equal shares, and come before limited ones.
 * @returns undefined when no pool has an instance to give.
 */
export const chooseSpotPool = (offers: readonly SpotOffer[]): PoolKnobs | undefined => {
  let best: SpotOffer | undefined;
  for (const offer of offers) {
    if (offer.freeInstances < 1) continue;
    if (best === undefined || betterSpot(offer, best)) best = offer;
  }
  return best?.pool;
};

const usdPerUnit = (pool: PoolKnobs): number => pool.onDemandUsdPerHour / pool.weightUnits;

/** Lowest price (EMR's default for on-demand): EC2's price of one unit, without EMR's fee; the first among equals. */
export const chooseOnDemandPool = (pools: readonly PoolKnobs[]): PoolKnobs | undefined => {
  let best: PoolKnobs | undefined;
  for (const pool of pools) if (best === undefined || usdPerUnit(pool) < usdPerUnit(best)) best = pool;
  return best;
};
