/** Workers that EMR calls RUNNING and the engine has not seen for long: paid for, and no help. */
import type { UnitsAt } from './decision.ts';
import type { Memory } from './memory.ts';
import type { FleetState, WorkloadSample } from './model.ts';
import type { Policy } from './policy/schema.ts';
import { type EpochSeconds, type Units, units } from './quantities.ts';
import { extreme, pushMinimum } from './window.ts';

export const ZOMBIE_SECONDS = 900;

export interface Absent {
  /** Rising minima of provisioned units that the engine does not have. */
  readonly window: readonly UnitsAt[];
  /** Rising minima of provisioned units: so many are older than the window, whatever starts meanwhile. */
  readonly standing: readonly UnitsAt[];
  readonly since?: EpochSeconds;
  /** Units that were absent through the whole window; 0 while nobody knows what is present. */
  readonly zombieUnits: number;
}

type Watched = Omit<Absent, 'zombieUnits'>;

/** Provisioned and meant to stay: what is above the targets is being removed, whether the engine says so or not. */
const expectedUnits = ({ onDemand, spot }: FleetState): Units =>
  units(Math.min(onDemand.provisionedUnits + spot.provisionedUnits, onDemand.targetUnits + spot.targetUnits));

const presentUnits = (sample: WorkloadSample | undefined, { capacity }: Policy): number | undefined => {
  if (sample?.readyCores === undefined) return undefined;
  const present = sample.readyCores + (sample.drainingCores ?? 0) - capacity.alwaysOnCores;
  return Math.max(0, present) / capacity.coresPerUnit;
};

const missing = (expected: Units, present: number): Units => units(Math.max(0, Math.floor(expected - present + 1e-9)));

const watch = (before: Watched, expected: Units, absent: Units, now: EpochSeconds): Watched => {
  const standing = pushMinimum(before.standing, now, expected, ZOMBIE_SECONDS);
  if (absent === 0) return { window: [], standing };
  const lastSeen = before.window.at(-1)?.[0];
  const goesOn = lastSeen !== undefined && now - lastSeen <= ZOMBIE_SECONDS;
  const window = pushMinimum(before.window, now, absent, ZOMBIE_SECONDS);
  return { window, standing, since: goesOn ? (before.since ?? now) : now };
};

/** Updates the count of absent units on a tick that read the fleet; without a read it stands. */
export const watchAbsent = (
  fleet: FleetState | undefined,
  sample: WorkloadSample | undefined,
  policy: Policy,
  memory: Memory,
  now: EpochSeconds,
): Absent => {
  const before: Watched = {
    window: memory.absent ?? [],
    standing: memory.standing ?? [],
    ...(memory.absentSince === undefined ? {} : { since: memory.absentSince }),
  };
  const present = presentUnits(sample, policy);
  if (present === undefined) return { ...before, zombieUnits: 0 };
  const expected = fleet === undefined ? undefined : expectedUnits(fleet);
  const watched = expected === undefined ? before : watch(before, expected, missing(expected, present), now);
  const proven = watched.since !== undefined && now - watched.since >= ZOMBIE_SECONDS;
  const old = Math.min(extreme(watched.window), missing(extreme(watched.standing), present));
  return { ...watched, zombieUnits: proven ? old : 0 };
};
