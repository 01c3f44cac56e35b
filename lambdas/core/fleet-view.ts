/**
 * What is believed of the fleet: the last command is trusted over reads until EMR shows it, one resize is in flight at
 * a time, a fleet RUNNING below its target has given up, and a target that we did not set was set by somebody else.
 */
import type { CommandMemory, Memory } from './memory.ts';
import { type FleetState, type MarketCapacity, sameTargets, type Targets } from './model.ts';
import type { Policy } from './policy/schema.ts';
import type { EpochSeconds } from './quantities.ts';

/** EMR may show the state before a modify for up to a minute; twice that is believed to be somebody's doing. */
export const STALE_READ_SECONDS = 120;
/** A read this young is good enough to act on. */
const FRESH_READ_SECONDS = 30;
const BUSY_READ_SECONDS = 30;
const DISAGREEMENT_READ_SECONDS = 60;
const ROUTINE_READ_SECONDS = 600;
const LOSS_WATCH_SECONDS = 300;

export interface FleetView {
  readonly fleet?: FleetState;
  readonly command?: CommandMemory;
  readonly foreign?: NonNullable<Memory['foreign']>;
  /** The read is young enough to send something on it. */
  readonly fresh: boolean;
  /** Missing units that EMR has stopped trying for. */
  readonly gaveUpUnits: number;
}

const targetsOf = (fleet: FleetState): Targets => ({
  onDemandUnits: fleet.onDemand.targetUnits,
  spotUnits: fleet.spot.targetUnits,
});

const missingOf = (market: MarketCapacity): number => Math.max(0, market.targetUnits - market.provisionedUnits);

const settled = (market: MarketCapacity, largestWeight: number): boolean =>
  market.provisionedUnits >= market.targetUnits && market.provisionedUnits < market.targetUnits + largestWeight;

const without = <Key extends keyof CommandMemory>(
  command: CommandMemory,
  ...keys: readonly Key[]
): Omit<CommandMemory, Key> => {
  const copy = { ...command };
  for (const key of keys) delete copy[key];
  return copy;
};

const adopted = (fleet: FleetState, now: EpochSeconds): CommandMemory => ({
  targets: targetsOf(fleet),
  at: now,
  seen: true,
  askedAgain: 0,
  ...(fleet.status === 'resizing' ? { inFlightSince: now } : {}),
});

const missingUnits = (fleet: FleetState): number => missingOf(fleet.onDemand) + missingOf(fleet.spot);

/** A read that shows our targets: is the resize still running, done, or given up? */
const confirmed = (command: CommandMemory, fleet: FleetState, now: EpochSeconds): CommandMemory => {
  const seen = { ...without(command, 'unconfirmed', 'accepted'), seen: true };
  if (fleet.status === 'resizing') {
    return { ...without(seen, 'missingSince'), inFlightSince: command.inFlightSince ?? now };
  }
  const done = settled(fleet.onDemand, fleet.largestWeightUnits) && settled(fleet.spot, fleet.largestWeightUnits);
  // A SUSPENDED fleet may be complete and stay SUSPENDED: it is asked again ever more slowly.
  const askedAgain = fleet.status === 'suspended' ? command.askedAgain : 0;
  if (done) return { ...without(seen, 'missingSince', 'inFlightSince'), askedAgain };
  const late = now - command.at >= STALE_READ_SECONDS;
  const base: CommandMemory = late ? without(seen, 'inFlightSince') : seen;
  return missingUnits(fleet) === 0
    ? without(base, 'missingSince')
    : { ...base, missingSince: command.missingSince ?? now };
};

interface Absorbed {
  readonly command: CommandMemory;
  readonly foreign?: NonNullable<Memory['foreign']>;
}

const absorb = (fleet: FleetState, memory: Memory, policy: Policy, now: EpochSeconds): Absorbed => {
  const command = memory.command;
  const kept = memory.foreign === undefined ? {} : { foreign: memory.foreign };
  if (command === undefined) return { command: adopted(fleet, now) };
  const shown = targetsOf(fleet);
  if (sameTargets(shown, command.targets)) return { command: confirmed(command, fleet, now), ...kept };
  const before = command.previous !== undefined && sameTargets(shown, command.previous) && !command.seen;
  if (before && command.unconfirmed === true) return { command: adopted(fleet, now), ...kept };
  if (memory.foreign !== undefined && sameTargets(shown, memory.foreign.ours)) return { command: adopted(fleet, now) };
  const trusted = before && command.accepted === true ? policy.resize.respectForeignSeconds : STALE_READ_SECONDS;
  if (now - command.at < trusted) return { command, ...kept };
  if (before) return { command: adopted(fleet, now), ...kept };
  return { command: adopted(fleet, now), foreign: { targets: shown, since: now, ours: command.targets } };
};

const gaveUp = (command: CommandMemory, fleet: FleetState, policy: Policy, now: EpochSeconds): number => {
  const since = command.missingSince;
  if (since === undefined || fleet.status === 'resizing') return 0;
  return now - since >= policy.resize.gaveUpAfterSeconds ? missingUnits(fleet) : 0;
};

/** Updates what is believed of the fleet with this tick's read, if there is one. */
export const viewFleet = (
  fleet: FleetState | undefined,
  memory: Memory,
  policy: Policy,
  now: EpochSeconds,
): FleetView => {
  const last = fleet ?? memory.fleet;
  if (last === undefined) return { fresh: false, gaveUpUnits: 0 };
  const absorbed: Partial<Absorbed> = fleet === undefined ? memory : absorb(fleet, memory, policy, now);
  const command = absorbed.command;
  const foreign = absorbed.foreign;
  const expired = foreign !== undefined && now - foreign.since >= policy.resize.respectForeignSeconds;
  return {
    fleet: last,
    ...(command === undefined ? {} : { command }),
    ...(foreign === undefined || expired ? {} : { foreign }),
    fresh: now - last.readAt <= FRESH_READ_SECONDS,
    gaveUpUnits: command === undefined ? 0 : gaveUp(command, last, policy, now),
  };
};

const disagrees = (memory: Memory, policy: Policy, readyCores: number | undefined, drainingCores: number): boolean => {
  if (readyCores === undefined || memory.command === undefined) return false;
  const { coresPerUnit, alwaysOnCores } = policy.capacity;
  const { onDemandUnits, spotUnits } = memory.command.targets;
  const expected = (onDemandUnits + spotUnits) * coresPerUnit + alwaysOnCores;
  const tolerance = coresPerUnit * Math.max(1, memory.fleet?.largestWeightUnits ?? 1);
  return Math.abs(expected - readyCores - drainingCores) >= tolerance;
};

/** On-demand would stand in now: what is missing must be known, whenever the last look was. */
const isFallbackDue = ({ spot, fleet }: Memory, policy: Policy, now: EpochSeconds): boolean => {
  if (spot?.deficitSince === undefined || fleet === undefined) return false;
  const due = spot.deficitSince + policy.markets.fallbackAfterSeconds;
  return fleet.readAt < due && due <= now;
};

/**
 * Whether this tick should read the fleet before deciding. In the steady state it should not: the engine's sample says
 * how many cores are ready.
 */
export const wantsFleetRead = (
  memory: Memory,
  policy: Policy,
  sample: { readonly readyCores?: number; readonly drainingCores?: number } | undefined,
  lastLossAt: EpochSeconds | undefined,
  now: EpochSeconds,
): boolean => {
  const { fleet, command } = memory;
  if (fleet === undefined || command === undefined) return true;
  if (command.unconfirmed === true) return true;
  const age = now - fleet.readAt;
  const busy = !command.seen || command.inFlightSince !== undefined || command.missingSince !== undefined;
  if (busy && age >= BUSY_READ_SECONDS) return true;
  if (isFallbackDue(memory, policy, now)) return true;
  if (lastLossAt !== undefined && now - lastLossAt < LOSS_WATCH_SECONDS && age >= BUSY_READ_SECONDS) return true;
  if (disagrees(memory, policy, sample?.readyCores, sample?.drainingCores ?? 0) && age >= DISAGREEMENT_READ_SECONDS)
    return true;
  return age >= ROUTINE_READ_SECONDS;
};
