/** The simulated world of the page, and the policy in it, where no file says otherwise: made to lose spot in. */
import type { Policy } from '../../lambdas/core/policy/schema.ts';
import { DEFAULT_KNOBS, type PoolKnobs, R5_4XLARGE, type WorldKnobs } from '../../simulator/world/knobs.ts';

/** EMR's fee as a share of the on-demand price, as published for most types. */
const EMR_FEE_SHARE = 0.25;

const pool = (
  instanceType: string,
  onDemandUsdPerHour: number,
  savedShare: number,
  spotInstances: number,
): PoolKnobs => ({
  ...R5_4XLARGE,
  instanceType,
  onDemandUsdPerHour,
  spotPriceShare: Math.round(100 * (1 - savedShare)) / 100,
  emrUsdPerHour: Math.round(1e4 * EMR_FEE_SHARE * onDemandUsdPerHour) / 1e4,
  spotInstances,
});

/**
 * Types of 16 vCPU and 122 to 128 GiB in us-east-1: on-demand prices as listed in July 2026, savings on spot as AWS' spot
 * advisor showed them in June 2025. How many instances a pool holds AWS does not tell: these are made up, of different
 * sizes, and together more than the default maximum.
 */
const POOLS: readonly PoolKnobs[] = [
  pool('r5.4xlarge', 1.008, 0.65, 36),
  pool('r6i.4xlarge', 1.008, 0.58, 32),
  pool('r5a.4xlarge', 0.904, 0.59, 28),
  pool('r6a.4xlarge', 0.9072, 0.57, 24),
  pool('r4.4xlarge', 1.064, 0.59, 20),
];

export const PAGE_WORLD: WorldKnobs = { ...DEFAULT_KNOBS, fleet: { ...DEFAULT_KNOBS.fleet, pools: POOLS } };

/**
 * The minimum is on-demand, so that not every worker is lost with spot, and on-demand may stand in for all of it: with the
 * defaults it stands in for 20 units, and what is beyond waits for spot.
 */
export const pagePolicy = (defaults: Policy): Policy => ({
  ...defaults,
  markets: {
    ...defaults.markets,
    onDemandBaseUnits: defaults.capacity.minimumUnits,
    fallbackMaximumUnits: defaults.capacity.maximumUnits,
  },
});
