/** A plan as EMR takes it. */
import type { ChosenType, Plan } from '../portfolio/model.ts';

/** Spot strategies of an instance fleet (API reference, SpotProvisioningSpecification). */
export const SPOT_STRATEGIES = [
  'price-capacity-optimized',
  'capacity-optimized',
  'capacity-optimized-prioritized',
  'diversified',
  'lowest-price',
] as const;
export type SpotStrategy = (typeof SPOT_STRATEGIES)[number];

/** EMR's InstanceTypeConfig, without EBS volumes, which are the owner's choice. */
export interface InstanceTypeConfig {
  readonly InstanceType: string;
  readonly WeightedCapacity: number;
  /** The most that is paid for spot. 100, EMR's default: never more than on-demand. */
  readonly BidPriceAsPercentageOfOnDemandPrice: number;
  /** 0 is taken first. Only where the strategy looks at it. */
  readonly Priority?: number;
}

const byPrice = (first: ChosenType, second: ChosenType): number =>
  first.spotUsdPerWorkHour - second.spotUsdPerWorkHour || first.type.name.localeCompare(second.type.name);

/**
 * The types of a fleet, the cheapest per unit of work first.
 * @param strategy with a prioritized one that order is their priority
 */
export const instanceTypeConfigs = ({ chosen }: Plan, strategy: SpotStrategy): readonly InstanceTypeConfig[] =>
  chosen.toSorted(byPrice).map(({ type, weightUnits }, index) => ({
    InstanceType: type.name,
    WeightedCapacity: weightUnits,
    BidPriceAsPercentageOfOnDemandPrice: 100,
    ...(strategy === 'capacity-optimized-prioritized' ? { Priority: index } : {}),
  }));
