/** What the target must not go above. Ceilings stop growth; none of them shrinks what is in force. */
import type { Memory } from './memory.ts';
import type { Observation } from './model.ts';
import { moneyCeilings } from './money.ts';
import type { Policy } from './policy/schema.ts';
import { type Units, units } from './quantities.ts';
import type { Reason } from './reasons.ts';

export interface Capped {
  readonly units: Units;
  readonly ceilingUnits: Units;
  readonly reasons: readonly Reason[];
}

/**
 * Caps what is wanted by the maximum and by money. A budget leaves standing what is in force and the minimum.
 * @param current units in force, 0 when unknown
 */
export const capped = (
  wanted: number,
  current: number,
  observation: Observation,
  policy: Policy,
  memory: Memory,
): Capped => {
  const { minimumUnits, maximumUnits } = policy.capacity;
  const reasons: Reason[] = [];
  let allowed = Math.min(wanted, maximumUnits);
  if (wanted > maximumUnits)
    reasons.push({ code: 'ceiling-maximum', numbers: { wantedUnits: wanted, units: maximumUnits } });
  const standing = Math.min(maximumUnits, Math.max(minimumUnits, current));
  let ceiling = maximumUnits;
  for (const money of moneyCeilings(policy, observation.facts.usdPerUnitHour, allowed, memory)) {
    const limit = Math.max(money.units, standing);
    ceiling = Math.min(ceiling, limit);
    if (allowed <= limit) continue;
    allowed = limit;
    reasons.push(money.reason);
  }
  return { units: units(allowed), ceilingUnits: units(ceiling), reasons };
};
