/** Which instances EMR removes. The caller cannot choose (emr.md §0.2); what EMR looks at means nothing to the engine. */
import type { FleetKnobs } from '../knobs.ts';
import type { Instance } from './instance.ts';

type VictimKnobs = Pick<FleetKnobs, 'victims' | 'mayUndershoot'>;

const ORDERS: Readonly<Record<FleetKnobs['victims'], (first: Instance, second: Instance) => number>> = {
  random: (first, second) => first.fate.victimRank - second.fate.victimRank,
  oldest: (first, second) => first.launchedAt - second.launchedAt || first.sequence - second.sequence,
  newest: (first, second) => second.launchedAt - first.launchedAt || second.sequence - first.sequence,
};

/** Whether the weight of an instance may go when so much stays and so much is wanted. */
export const mayGo = (knobs: VictimKnobs, weightUnits: number, stayingUnits: number, targetUnits: number): boolean =>
  stayingUnits - weightUnits >= targetUnits || (knobs.mayUndershoot && stayingUnits > targetUnits);

/**
 * Victims to take now, in order: running, old enough, and such that the target is not undershot (or, by knob, once).
 * One whose weight does not fit is passed over for the next that does.
 */
export const chooseVictims = (
  knobs: VictimKnobs,
  live: Iterable<Instance>,
  stayingUnits: number,
  targetUnits: number,
  now: number,
): readonly Instance[] => {
  if (stayingUnits <= targetUnits) return [];
  const eligible = [...live].filter(({ state, removableAt }) => state === 'running' && removableAt <= now);
  const victims: Instance[] = [];
  let staying = stayingUnits;
  for (const candidate of eligible.sort(ORDERS[knobs.victims])) {
    if (!mayGo(knobs, candidate.pool.weightUnits, staying, targetUnits)) continue;
    staying -= candidate.pool.weightUnits;
    victims.push(candidate);
  }
  return victims;
};
