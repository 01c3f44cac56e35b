/** Money as a ceiling: priced at the fleet's dearest type, EMR's overshoot included; it stops growth and never forces a shrink. */
import { approach, splitOf } from './markets.ts';
import type { Memory } from './memory.ts';
import type { Observation, Targets } from './model.ts';
import type { Policy } from './policy/schema.ts';
import { units } from './quantities.ts';
import type { Reason } from './reasons.ts';

type Price = NonNullable<Observation['facts']['usdPerUnitHour']>;

/** Dollars an hour for targets at the dearest type. */
export const usdPerHour = (targets: Targets, price: Price): number =>
  targets.onDemandUnits * price.onDemand + targets.spotUnits * price.spot;

/** The same with EMR's overshoot: up to the largest weight less one in each market that is asked for anything. */
export const worstUsdPerHour = (targets: Targets, price: Price, largestWeight: number): number => {
  const onDemand = targets.onDemandUnits > 0 ? price.onDemand : 0;
  const spot = targets.spotUnits > 0 ? price.spot : 0;
  return usdPerHour(targets, price) + (largestWeight - 1) * (onDemand + spot);
};

/** What a total costs at most: the policy's mix, approached from what is in force. */
const dearest = (total: number, policy: Policy, price: Price, memory: Memory): number => {
  const { largestWeightUnits = 1 } = memory.fleet ?? {};
  const { standInUnits = 0, probe } = memory.spot ?? {};
  const mix = splitOf(units(total), policy, standInUnits);
  const inForce = memory.command?.targets;
  const load = inForce && { ...inForce, spotUnits: units(Math.max(0, inForce.spotUnits - (probe?.units ?? 0))) };
  const ways = load === undefined ? [mix] : [approach(mix, load, load.spotUnits), approach(mix, load, units(0))];
  const probing = (probe?.units ?? 0) * price.spot;
  return probing + Math.max(...ways.map((targets) => worstUsdPerHour(targets, price, largestWeightUnits)));
};

/** Units that an hourly budget pays for, at most the maximum. */
const affordable = (policy: Policy, price: Price, memory: Memory): number => {
  const limit = policy.budget.usdPerHour ?? Number.POSITIVE_INFINITY;
  let low = 0;
  let high = policy.capacity.maximumUnits;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (dearest(middle, policy, price, memory) <= limit + 1e-9) low = middle;
    else high = middle - 1;
  }
  return low;
};

export interface MoneyCeiling {
  readonly units: number;
  readonly reason: Reason;
}

/**
 * The ceilings that money sets for this tick; none without a budget.
 * @param wanted units that would be asked for without a budget
 */
export const moneyCeilings = (
  policy: Policy,
  price: Price | undefined,
  wanted: number,
  memory: Memory,
): MoneyCeiling[] => {
  const { usdPerHour: hourly, usdPerDay } = policy.budget;
  if (hourly === undefined && usdPerDay === undefined) return [];
  if (price === undefined) return [{ units: 0, reason: { code: 'budget-price-unknown', numbers: {} } }];
  const ceilings: MoneyCeiling[] = [];
  if (hourly !== undefined) {
    const paid = affordable(policy, price, memory);
    ceilings.push({
      units: paid,
      reason: { code: 'ceiling-budget-hour', numbers: { wantedUnits: wanted, usdPerHour: hourly, units: paid } },
    });
  }
  const spentUsd = memory.spending?.usd ?? 0;
  if (usdPerDay !== undefined && spentUsd >= usdPerDay) {
    ceilings.push({ units: 0, reason: { code: 'ceiling-budget-day', numbers: { spentUsd, usdPerDay } } });
  }
  return ceilings;
};
