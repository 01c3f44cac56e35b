/** Workers that EMR calls RUNNING and the engine has not seen for long: paid for, and no help. */
import type { AbsentMemory, Memory } from './memory.ts';
import type { FleetState, WorkloadSample } from './model.ts';
import type { Policy } from './policy/schema.ts';
import { type EpochSeconds, type Units, units } from './quantities.ts';
import { extreme, pushMinimum } from './window.ts';

export const ZOMBIE_SECONDS = 900;

export interface Absent {
  readonly memory?: AbsentMemory;
  /** Units that count as absent in this tick; 0 while nobody knows what is present. */
  readonly zombieUnits: number;
}

const NOBODY: AbsentMemory = { units: [], provisioned: [], zombieUnits: 0 };

interface Present {
  readonly readyUnits: number;
  /** With those that drain. */
  readonly allUnits: number;
}

const presentUnits = (sample: WorkloadSample | undefined, { capacity }: Policy): Present | undefined => {
  if (sample?.readyCores === undefined) return undefined;
  const unitsOf = (cores: number): number => Math.max(0, cores - capacity.alwaysOnCores) / capacity.coresPerUnit;
  return {
    readyUnits: unitsOf(sample.readyCores),
    allUnits: unitsOf(sample.readyCores + (sample.drainingCores ?? 0)),
  };
};

const missing = (expected: number, present: number): Units => units(Math.max(0, Math.floor(expected - present + 1e-9)));

/**
 * So many were absent through the whole time. Whether they are dead or always others that only start shows once: when
 * more is missing than all that was launched in that time. From then on they count until fewer are absent.
 */
const zombies = (watched: AbsentMemory, { readyUnits }: Present, now: EpochSeconds): number => {
  if (watched.since === undefined || now - watched.since < ZOMBIE_SECONDS) return 0;
  const notStarting = missing(extreme(watched.provisioned), readyUnits);
  return Math.min(extreme(watched.units), Math.max(notStarting, watched.zombieUnits));
};

const watch = (before: AbsentMemory, fleet: FleetState, present: Present, now: EpochSeconds): AbsentMemory => {
  const provisionedUnits = fleet.onDemand.provisionedUnits + fleet.spot.provisionedUnits;
  const targetUnits = fleet.onDemand.targetUnits + fleet.spot.targetUnits;
  const absent = missing(provisionedUnits, present.allUnits);
  // What is above the targets is being removed, whether the engine says so or not.
  const expected = units(Math.min(provisionedUnits, targetUnits));
  const provisioned = pushMinimum(before.provisioned, now, expected, ZOMBIE_SECONDS);
  if (absent === 0) return { ...NOBODY, provisioned };
  const lastSeen = before.units.at(-1)?.[0];
  const goesOn = lastSeen !== undefined && now - lastSeen <= ZOMBIE_SECONDS;
  const watched: AbsentMemory = {
    units: pushMinimum(before.units, now, absent, ZOMBIE_SECONDS),
    provisioned,
    since: goesOn ? (before.since ?? now) : now,
    zombieUnits: goesOn ? before.zombieUnits : 0,
  };
  return { ...watched, zombieUnits: zombies(watched, present, now) };
};

/** Updates the count of absent units on a tick that read the fleet; without a read it stands. */
export const watchAbsent = (
  fleet: FleetState | undefined,
  sample: WorkloadSample | undefined,
  policy: Policy,
  memory: Memory,
  now: EpochSeconds,
): Absent => {
  const before = memory.absent;
  const present = presentUnits(sample, policy);
  if (present === undefined) return { ...(before === undefined ? {} : { memory: before }), zombieUnits: 0 };
  if (fleet === undefined)
    return before === undefined ? { zombieUnits: 0 } : { memory: before, zombieUnits: before.zombieUnits };
  const after = watch(before ?? NOBODY, fleet, present, now);
  return { memory: after, zombieUnits: after.zombieUnits };
};
