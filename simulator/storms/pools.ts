/**
 * The pools of the storm report. On-demand prices of us-east-1 (Karpenter, July 2026), spot by the savings that AWS's
 * spot advisor showed for them in June 2025, EMR's fee at a quarter of the on-demand price and at most 0.27 dollars for
 * these families (the cap is from memory: to be verified in AWS's price list).
 */
import { type PoolKnobs, R5_4XLARGE } from '../world/knobs.ts';

const pool = (
  instanceType: string,
  weightUnits: number,
  onDemandUsdPerHour: number,
  spotPriceShare: number,
  emrUsdPerHour: number,
): PoolKnobs => ({
  ...R5_4XLARGE,
  instanceType,
  vcpu: 16 * weightUnits,
  weightUnits,
  onDemandUsdPerHour,
  spotPriceShare,
  emrUsdPerHour,
});

/** Five types in one zone, as a plan would mix them: four of one unit, one of two. */
export const STORM_POOLS: readonly PoolKnobs[] = [
  R5_4XLARGE,
  pool('r5a.4xlarge', 1, 0.904, 0.41, 0.226),
  pool('m5.4xlarge', 1, 0.768, 0.42, 0.192),
  pool('r6i.4xlarge', 1, 1.008, 0.42, 0.252),
  pool('r5.8xlarge', 2, 2.016, 0.24, 0.27),
];
