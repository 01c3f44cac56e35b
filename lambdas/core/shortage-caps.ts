/** How much on-demand may stand in for spot, and what of what is in force does: caps in units and in dollars. */
import type { FleetView } from './fleet-view.ts';
import { splitOf } from './markets.ts';
import { type Targets, totalUnits } from './model.ts';
import { worstUsdPerHour } from './money.ts';
import type { Policy } from './policy/schema.ts';
import { units } from './quantities.ts';
import type { ShortageQuestion } from './shortage-model.ts';

/** A hair of floating-point dust breaks no cap. */
const DUST = 1e-9;

/** On-demand units in force above the policy's mix, for the total without a probe. */
export const aboveMix = (inForce: Targets, policy: Policy, probedUnits: number): number => {
  const load = units(Math.max(0, totalUnits(inForce) - probedUnits));
  return Math.max(0, inForce.onDemandUnits - splitOf(load, policy).onDemandUnits);
};

/**
 * On-demand units that EMR was asked for and does not have. While a read does not show the last command yet, the lower of
 * both targets counts.
 */
export const missingOnDemand = ({ fleet, command }: FleetView): number => {
  if (fleet === undefined || command === undefined) return 0;
  const asked = Math.min(fleet.onDemand.targetUnits, command.targets.onDemandUnits);
  return Math.max(0, asked - fleet.onDemand.provisionedUnits);
};

const isDaySpent = ({ policy, memory, now }: ShortageQuestion): boolean => {
  const { usdPerDay } = policy.budget;
  const { spending } = memory;
  const today = spending?.day === Math.floor(now / 86_400) ? spending.usd : 0;
  return usdPerDay !== undefined && today >= usdPerDay;
};

/** Whether targets stay inside the budget, EMR's overshoot included. Without a price nothing fits one. */
const fitsBudget = (question: ShortageQuestion, targets: Targets): boolean => {
  const { observation, policy, view } = question;
  const { usdPerHour: hourly, usdPerDay } = policy.budget;
  const price = observation.facts.usdPerUnitHour;
  if (hourly === undefined && usdPerDay === undefined) return true;
  if (price === undefined || isDaySpent(question)) return false;
  const weight = view.fleet?.largestWeightUnits ?? 1;
  return worstUsdPerHour(targets, price, weight) <= (hourly ?? Number.POSITIVE_INFINITY) + DUST;
};

/** Whether a cap in dollars for stand-ins lets so many of them be. */
const fitsCap = ({ observation, policy }: ShortageQuestion, standInUnits: number): boolean => {
  const limit = policy.markets.fallbackMaximumUsdPerHour;
  const price = observation.facts.usdPerUnitHour;
  if (limit === undefined) return true;
  return price !== undefined && standInUnits * price.onDemand <= limit + DUST;
};

/**
 * How many of the missing units on-demand may stand in for.
 * @param standing units that stand in already
 */
export const allowedStandIn = (question: ShortageQuestion, standing: number, missing: number): number => {
  const { policy, inForce } = question;
  if (inForce === undefined) return 0;
  const room = Math.max(0, policy.markets.fallbackMaximumUnits - standing);
  let allowed = Math.min(missing, inForce.spotUnits, room);
  const fits = (add: number): boolean => {
    const after = { onDemandUnits: inForce.onDemandUnits + add, spotUnits: inForce.spotUnits - add };
    return fitsCap(question, standing + add) && fitsBudget(question, after as Targets);
  };
  while (allowed > 0 && !fits(allowed)) allowed -= 1;
  return allowed;
};

/** Whether a budget lets so many units of spot be asked for on top of what is in force. */
export const mayProbe = (question: ShortageQuestion, inForce: Targets, probedUnits: number): boolean =>
  fitsBudget(question, { ...inForce, spotUnits: units(inForce.spotUnits + probedUnits) });
