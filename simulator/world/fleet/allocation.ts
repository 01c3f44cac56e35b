/**
 * Which pool the next instance comes from: EMR's allocation strategies (emr.md §1.3), made deterministic. AWS names what
 * each looks at and not how it weighs it; how deep a pool is we know, AWS does not tell.
 */
import type { OnDemandStrategy, PoolKnobs, SpotStrategy } from '../knobs.ts';

/** What a pool can give in one market. */
export interface Offer {
  readonly pool: PoolKnobs;
  /** Instances that can be had now; infinite when the pool is unlimited. */
  readonly freeInstances: number;
  /** Instances of the fleet that live in it, in this market. */
  readonly liveInstances: number;
}

/** Pools at least so deep, compared with the deepest, have "the highest availability". */
const HIGHLY_AVAILABLE_SHARE = 0.5;

const freeUnits = ({ freeInstances, pool }: Offer): number => freeInstances * pool.weightUnits;
const onDemandUsdPerUnit = ({ pool }: Offer): number => pool.onDemandUsdPerHour / pool.weightUnits;
const spotUsdPerUnit = (offer: Offer): number => onDemandUsdPerUnit(offer) * offer.pool.spotPriceShare;

/** The offer with the smallest key; keys are compared from left to right, and the first of equals wins. */
const leastBy = (offers: readonly Offer[], keysOf: (offer: Offer) => readonly number[]): PoolKnobs | undefined => {
  let best: { readonly pool: PoolKnobs; readonly keys: readonly number[] } | undefined;
  for (const offer of offers) {
    const keys = keysOf(offer);
    const differing = keys.findIndex((key, index) => key !== best?.keys[index]);
    const isLess = best === undefined || (keys[differing] ?? 0) < (best.keys[differing] ?? 0);
    if (isLess) best = { pool: offer.pool, keys };
  }
  return best?.pool;
};

const highlyAvailable = (offers: readonly Offer[]): readonly Offer[] => {
  const deepest = Math.max(...offers.map(freeUnits));
  return offers.filter((offer) => freeUnits(offer) >= HIGHLY_AVAILABLE_SHARE * deepest);
};

const SPOT: Readonly<Record<SpotStrategy, (offers: readonly Offer[]) => PoolKnobs | undefined>> = {
  'capacity-optimized': (offers) => leastBy(offers, (offer) => [-freeUnits(offer), offer.liveInstances]),
  'price-capacity-optimized': (offers) =>
    leastBy(highlyAvailable(offers), (offer) => [spotUsdPerUnit(offer), offer.liveInstances]),
  'lowest-price': (offers) => leastBy(offers, (offer) => [spotUsdPerUnit(offer), offer.liveInstances]),
  diversified: (offers) => leastBy(offers, ({ liveInstances, pool }) => [liveInstances * pool.weightUnits]),
};

const ON_DEMAND: Readonly<Record<OnDemandStrategy, (offers: readonly Offer[]) => PoolKnobs | undefined>> = {
  'lowest-price': (offers) => leastBy(offers, (offer) => [onDemandUsdPerUnit(offer)]),
  prioritized: (offers) => offers[0]?.pool,
};

const withSomething = (offers: readonly Offer[]): readonly Offer[] =>
  offers.filter(({ freeInstances }) => freeInstances >= 1);

/**
 * - `capacity-optimized`: the pool with the most free units; among equals the one that holds the fewest of ours, then the
 *   first. Unlimited pools are equals, so they are filled in equal shares, and come before limited ones.
 * - `price-capacity-optimized`: of the pools at least half as deep as the deepest the one with the cheapest unit.
 * - `lowest-price`: the cheapest unit that can be had, however shallow its pool.
 * - `diversified`: the pool that holds the fewest of our units.
 *
 * Prices are EC2's, without EMR's fee.
 * @returns undefined when no pool has an instance to give.
 */
export const chooseSpotPool = (strategy: SpotStrategy, offers: readonly Offer[]): PoolKnobs | undefined =>
  SPOT[strategy](withSomething(offers));

/**
 * - `lowest-price` (EMR's default): the cheapest unit that can be had, without EMR's fee; the first among equals.
 * - `prioritized`: the first that can be had; pools stand in the order of their priority.
 *
 * @returns undefined when no pool has an instance to give.
 */
export const chooseOnDemandPool = (strategy: OnDemandStrategy, offers: readonly Offer[]): PoolKnobs | undefined =>
  ON_DEMAND[strategy](withSomething(offers));
