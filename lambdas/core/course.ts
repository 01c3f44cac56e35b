/** Grow, shrink or stay: how many units should be in force after this tick. */
import type { Policy } from './policy/schema.ts';
import { largerUnits, type Units, units } from './quantities.ts';
import type { Reason } from './reasons.ts';
import { shrinkTo, type Watch } from './scale-in.ts';
import type { Tick } from './tick.ts';
import type { Wanted } from './wanted.ts';

export interface Course {
  readonly units: Units;
  readonly reasons: readonly Reason[];
}

const insideLimits = (amount: Units, { capacity }: Policy): Units =>
  units(Math.min(capacity.maximumUnits, Math.max(capacity.minimumUnits, amount)));

/**
 * A target that somebody else set stands for a while, inside the limits. What is above them is given back like any
 * other capacity: by the rule for shrinking.
 */
const respectForeign = ({ view, policy, current, now }: Tick): Course | undefined => {
  const { foreign } = view;
  if (foreign === undefined) return undefined;
  const leftSeconds = policy.resize.respectForeignSeconds - (now - foreign.since);
  return {
    units: insideLimits(current, policy),
    reasons: [{ code: 'foreign-target', numbers: { units: current, leftSeconds } }],
  };
};

/** Somebody else, or a new policy, may have left the target above the maximum. */
const outsideLimits = (current: Units, { capacity: { minimumUnits, maximumUnits } }: Policy): Reason[] =>
  current > maximumUnits ? [{ code: 'outside-limits', numbers: { units: current, minimumUnits, maximumUnits } }] : [];

/** EMR's overshoot may have provisioned already what is wanted; what drains is leaving, and no overshoot. */
const covered = ({ view, current, drains }: Tick, wanted: Units): Course | undefined => {
  const { fleet, command } = view;
  if (fleet === undefined || command?.inFlightSince !== undefined) return undefined;
  const provisionedUnits = fleet.onDemand.provisionedUnits + fleet.spot.provisionedUnits - drains.removedUnits;
  if (provisionedUnits < wanted || provisionedUnits >= current + fleet.largestWeightUnits) return undefined;
  return {
    units: current,
    reasons: [{ code: 'covered-by-overshoot', numbers: { provisionedUnits, wantedUnits: wanted } }],
  };
};

/** Growing is never delayed by a timer; only demand that is hardly more than there is waits until it is worth a resize. */
const grow = (tick: Tick, wanted: Wanted): Course => {
  const { policy, current } = tick;
  const already = covered(tick, wanted.units);
  if (already !== undefined) return already;
  const step = wanted.units - current;
  const stepUnits = Math.ceil(policy.resize.smallestGrowthShare * current);
  const floor = Math.max(wanted.terms.floorUnits ?? 0, wanted.terms.alarmUnits ?? 0) > current;
  const asked = floor || wanted.isReserveEaten || wanted.reasons.some((reason) => reason.code === 'floor-hold-extra');
  if (step < stepUnits && !asked && wanted.units < policy.capacity.maximumUnits) {
    return { units: current, reasons: [{ code: 'grow-too-small', numbers: { units: step, stepUnits } }] };
  }
  return {
    units: wanted.units,
    reasons: [{ code: 'grow-wanted', numbers: { fromUnits: current, toUnits: wanted.units } }],
  };
};

/**
 * The units that should be in force.
 * @param hold seconds for which the most that was wanted is kept
 * @param mayShrink whether the signals of this tick allow a shrink at all
 */
export const chooseCourse = (tick: Tick, wanted: Wanted, watch: Watch, hold: number, mayShrink: boolean): Course => {
  const foreign = respectForeign(tick);
  const { observation, sample, policy, memory, mode, current, now } = tick;
  if (foreign !== undefined && foreign.units >= current) return foreign;
  if (wanted.units > current) return grow(tick, wanted);
  const told = [...(foreign?.reasons ?? []), ...outsideLimits(current, policy)];
  if (wanted.units === current || !mayShrink) return { units: current, reasons: told };
  const returningUnits = tick.spot?.cameUnits ?? 0;
  const question = { observation, sample, policy, memory, mode: mode.mode, current, watch, hold, returningUnits, now };
  const answer = shrinkTo(question);
  return { units: largerUnits(answer.units, foreign?.units ?? answer.units), reasons: [...told, answer.reason] };
};
