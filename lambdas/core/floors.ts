/** What the target must not go below, whatever demand says. */
import { tailLag } from './lag.ts';
import type { Memory } from './memory.ts';
import type { Hold, Observation, WorkloadSample } from './model.ts';
import type { Policy } from './policy/schema.ts';
import { type EpochSeconds, type Units, units } from './quantities.ts';
import type { Reason } from './reasons.ts';
import { isActive } from './schedule.ts';

export interface Floors {
  /** The highest floor. */
  readonly units: Units;
  /** On top of demand. */
  readonly extraUnits: Units;
  /** Reasons of the floors that stand above `units` of plain demand. */
  readonly reasons: readonly FloorReason[];
}

/** A floor and why; it is worth telling only when it is above demand. */
export interface FloorReason {
  readonly units: number;
  readonly reason: Reason;
}

const scheduleFloors = (policy: Policy, memory: Memory, now: EpochSeconds): FloorReason[] => {
  const leadSeconds = tailLag(memory.lag);
  return policy.schedules
    .filter((schedule) => isActive(schedule, now, leadSeconds))
    .map(({ name, units: atLeast }) => ({
      units: atLeast,
      reason: { code: 'floor-schedule', numbers: { name, units: atLeast } },
    }));
};

const numbersOf = (hold: Hold) => ({ key: hold.key, owner: hold.owner, until: hold.until, units: hold.units });

const holdFloors = (holds: readonly Hold[]): FloorReason[] =>
  holds
    .filter((hold) => hold.kind === 'total')
    .map((hold) => ({ units: hold.units, reason: { code: 'floor-hold', numbers: numbersOf(hold) } }));

/** Workers × largest weight: whatever types come, there are enough instances. */
const requiredFloor = (sample: WorkloadSample | undefined, memory: Memory, policy: Policy): FloorReason[] => {
  const workers = sample?.requiredWorkers ?? 0;
  if (workers === 0 || (sample?.waitingForWorkersQueries ?? 1) === 0) return [];
  const needed = workers * (memory.fleet?.largestWeightUnits ?? 1);
  const maximumUnits = policy.capacity.maximumUnits;
  if (needed > maximumUnits) {
    const numbers = { workers, units: needed, maximumUnits };
    return [{ units: Number.POSITIVE_INFINITY, reason: { code: 'required-workers-above-maximum', numbers } }];
  }
  return [{ units: needed, reason: { code: 'floor-required-workers', numbers: { workers, units: needed } } }];
};

/** All floors in force at `now`; holds that have expired are ignored, whoever still lists them. */
export const floorsOf = (
  observation: Observation,
  sample: WorkloadSample | undefined,
  policy: Policy,
  memory: Memory,
  now: EpochSeconds,
): Floors => {
  const holds = observation.holds.filter((hold) => hold.until > now);
  const minimum = policy.capacity.minimumUnits;
  const floors: FloorReason[] = [
    { units: minimum, reason: { code: 'floor-minimum', numbers: { units: minimum } } },
    ...scheduleFloors(policy, memory, now),
    ...holdFloors(holds),
    ...requiredFloor(sample, memory, policy),
  ];
  const extras = holds.filter((hold) => hold.kind === 'extra');
  const extraUnits = extras.reduce((sum, hold) => sum + hold.units, 0);
  const usable = floors.filter((floor) => Number.isFinite(floor.units));
  return {
    units: units(Math.max(...usable.map((floor) => floor.units))),
    extraUnits: units(extraUnits),
    reasons: [
      ...floors,
      ...extras.map((hold) => ({
        units: Number.POSITIVE_INFINITY,
        reason: { code: 'floor-hold-extra' as const, numbers: numbersOf(hold) },
      })),
    ],
  };
};
