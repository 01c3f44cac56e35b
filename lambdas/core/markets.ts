/** How many units are on-demand and how many spot. */
import type { Targets } from './model.ts';
import type { Policy } from './policy/schema.ts';
import { type Units, units } from './quantities.ts';

/**
 * The policy's mix for a total: a base of on-demand, then a share of what is above it, rounded up.
 * @param standInUnits on-demand units that stand in for spot that cannot be had
 */
export const splitOf = (total: Units, policy: Policy, standInUnits = 0): Targets => {
  const { onDemandBaseUnits, onDemandShare } = policy.markets;
  const base = Math.min(total, onDemandBaseUnits);
  const planned = base + Math.ceil((total - base) * onDemandShare - 1e-9);
  const onDemand = Math.min(total, planned + standInUnits);
  return { onDemandUnits: units(onDemand), spotUnits: units(total - onDemand) };
};

/**
 * Targets for a total that lower no market without need: growth keeps what each market has, a shrink adds to none, and
 * inside these bounds the policy's mix is approached. A mix is never worth a resize of its own.
 * @param inForce targets in force
 * @param spotFloor spot units that may not be given up while the total stays or grows: what is in force, or, while
 *   on-demand stands in for spot, what of it is provisioned
 * @param spotThere spot units that are provisioned: a shrink gives up no on-demand for spot that is not there
 */
export const approach = (
  mix: Targets,
  inForce: Targets,
  spotFloor: Units,
  spotThere: Units = inForce.spotUnits,
): Targets => {
  const total = mix.onDemandUnits + mix.spotUnits;
  const shrinks = total < inForce.onDemandUnits + inForce.spotUnits;
  const spotLeft = Math.min(inForce.spotUnits, spotThere);
  const lowest = shrinks ? Math.min(inForce.onDemandUnits, total - spotLeft) : inForce.onDemandUnits;
  const highest = shrinks ? inForce.onDemandUnits : total - Math.min(spotFloor, inForce.spotUnits);
  const onDemand = Math.max(0, Math.min(highest, Math.max(lowest, mix.onDemandUnits)));
  return { onDemandUnits: units(onDemand), spotUnits: units(total - onDemand) };
};
