/**
 * Removed workers that still finish their work. An engine with a reversible drain may have them back: a higher target
 * covers them, and a fleet that lets a new resize override the old one calls them back before it buys anything. So they
 * count as capacity that a growth gets at once, and what is wanted beyond them is asked for on top.
 */
import type { FleetView } from './fleet-view.ts';
import { type ClusterFacts, type Targets, totalUnits, type WorkloadSample } from './model.ts';
import type { Policy } from './policy/schema.ts';
import type { EpochSeconds } from './quantities.ts';

/** Workers that a growth covers and that have not come back after this are not counted on. */
const CALL_BACK_SECONDS = 120;

export interface Drains {
  /** Units above the targets in force that drain. */
  readonly removedUnits: number;
  /** Cores among them that a higher target would bring back at once; 0 where a drain cannot be called back. */
  readonly callableCores: number;
  /** Cores that still drain and that the targets in force cover again: on their way back. */
  readonly returningCores: number;
}

export const NO_DRAINS: Drains = { removedUnits: 0, callableCores: 0, returningCores: 0 };

export interface DrainsQuestion {
  readonly sample: WorkloadSample | undefined;
  readonly view: Pick<FleetView, 'fleet' | 'command'>;
  readonly inForce: Targets | undefined;
  readonly policy: Policy;
  readonly facts: ClusterFacts;
  readonly now: EpochSeconds;
}

/** Engines tell draining cores; one that tells only workers is believed to have them as large as the fleet's largest. */
const drainingCores = (sample: WorkloadSample, largestWeight: number, coresPerUnit: number): number =>
  sample.drainingCores ?? (sample.drainingWorkers ?? 0) * largestWeight * coresPerUnit;

/**
 * What drains by the engine's word and the fleet's: a worker that drains for another reason, a spot interruption say, is
 * not above the target, and one above the target that the engine does not show as draining is gone for the load.
 */
export const watchDrains = ({ sample, view, inForce, policy, facts, now }: DrainsQuestion): Drains => {
  const { fleet, command } = view;
  if (sample === undefined || fleet === undefined || inForce === undefined) return NO_DRAINS;
  const { coresPerUnit } = policy.capacity;
  const draining = drainingCores(sample, fleet.largestWeightUnits, coresPerUnit);
  if (draining <= 0) return NO_DRAINS;
  const surplus = fleet.onDemand.provisionedUnits + fleet.spot.provisionedUnits - totalUnits(inForce);
  const removedUnits = Math.min(Math.max(0, surplus), Math.floor(draining / coresPerUnit));
  if (!facts.reversibleDrain) return { ...NO_DRAINS, removedUnits };
  const covers = command?.grewAt !== undefined && now - command.grewAt <= CALL_BACK_SECONDS;
  const room = totalUnits(inForce) * coresPerUnit + policy.capacity.alwaysOnCores - (sample.readyCores ?? 0);
  const rest = draining - removedUnits * coresPerUnit;
  return {
    removedUnits,
    callableCores: removedUnits * coresPerUnit,
    returningCores: covers ? Math.max(0, Math.min(rest, room)) : 0,
  };
};
