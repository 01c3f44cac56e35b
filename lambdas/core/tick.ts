/** What the steps of one tick share: inputs, what was learned from them, and what is in force. */
import { type Absent, watchAbsent } from './absent.ts';
import { type Drains, watchDrains } from './drains.ts';
import { type FleetView, viewFleet } from './fleet-view.ts';
import { engineKnowledge, withFinding } from './found.ts';
import { watchArrival } from './lag.ts';
import { learn } from './learn.ts';
import { type Accounted, keepAccount } from './ledger.ts';
import { type Losses, watchLosses } from './losses.ts';
import type { Memory, SpotMemory } from './memory.ts';
import { type Observation, type Targets, totalUnits, type WorkloadSample } from './model.ts';
import type { Policy } from './policy/schema.ts';
import { withPools } from './pools.ts';
import { type EpochSeconds, type Units, units } from './quantities.ts';
import type { Reason } from './reasons.ts';
import { factsOfEngine, type SafetyMode, safetyMode } from './safety-mode.ts';
import { watchShortage } from './shortage.ts';

export interface Tick {
  /** What was seen; its facts are those in force, with what follows from the engine that was found. */
  readonly observation: Observation;
  readonly policy: Policy;
  readonly before: Memory;
  readonly now: EpochSeconds;
  /** The sample, when it may be believed. */
  readonly sample: WorkloadSample | undefined;
  readonly view: FleetView;
  /** Memory that has learned from this tick's sample and read. */
  readonly memory: Memory;
  readonly absent: Absent;
  readonly mode: SafetyMode;
  /** Id of the cluster, when EMR's managed scaling is attached to it: two scalers must not set one target. */
  readonly rivalledId: string | undefined;
  readonly drains: Drains;
  readonly losses: Losses;
  /** Targets in force; absent while the fleet was never read. */
  readonly inForce: Targets | undefined;
  /** Units in force for the load: without what only probes the spot market; 0 while the fleet was never read. */
  readonly current: Units;
  /** Units in force that only probe the spot market. */
  readonly probedUnits: number;
  /** What the shortage of spot comes to if this tick's targets are sent, and if they are not. */
  readonly spot: SpotMemory | undefined;
  readonly unsentSpot: SpotMemory | undefined;
  /** From then on on-demand will stand in for spot that is missing. */
  readonly standInAt: EpochSeconds | undefined;
  readonly spotReasons: readonly Reason[];
  /** Records of money that are to be written. */
  readonly due: Accounted['due'];
}

const learned = (before: Memory, sample: WorkloadSample | undefined, view: FleetView, now: EpochSeconds): Memory => {
  const known = sample === undefined ? before : learn(before, sample);
  return {
    ...before,
    classes: known.classes,
    ...(known.rate === undefined ? {} : { rate: known.rate }),
    ...(sample?.totalMemoryBytes === undefined ? {} : { memorySeen: true as const }),
    lag: watchArrival(before.lag, sample?.readyCores, now),
    ...(view.fleet === undefined ? {} : { fleet: view.fleet }),
    ...(view.command === undefined ? {} : { command: view.command }),
  };
};

interface Engine {
  readonly observation: Observation;
  readonly mode: SafetyMode;
  readonly rivalledId: string | undefined;
  readonly remembered: Pick<Memory, 'found'>;
}

/** What is known of the engine, and what follows from it. */
const engineOf = (seen: Observation, policy: Policy, before: Memory, now: EpochSeconds): Engine => {
  const found = withFinding(before.found, seen.found);
  const known = engineKnowledge(found, now);
  const facts = 'engine' in known ? factsOfEngine(seen.facts, known.engine) : seen.facts;
  return {
    observation: { ...seen, facts },
    mode: safetyMode(policy, facts, known),
    rivalledId: 'engine' in known && known.engine.managedScaling === true ? known.engine.clusterId : undefined,
    remembered: found === undefined ? {} : { found },
  };
};

/** Learns from the observation and works out what is in force. */
export const beginTick = (
  seen: Observation,
  policy: Policy,
  before: Memory,
  now: EpochSeconds,
  sample: WorkloadSample | undefined,
): Tick => {
  const { observation, mode, rivalledId, remembered } = engineOf(seen, policy, before, now);
  const { facts } = observation;
  const view = viewFleet(observation.fleet, before, policy, now);
  const inForce = view.command?.targets;
  const shortage = watchShortage({ observation, view, policy, memory: before, inForce, now });
  const accounted = keepAccount({ observation, sample, policy, before, now });
  const probedUnits = shortage?.probedUnits ?? 0;
  const drains = watchDrains({ sample, view, inForce, policy, facts, now });
  return {
    observation,
    policy,
    before,
    now,
    sample,
    view,
    memory: {
      ...learned(withPools(before, observation, now), sample, view, now),
      ...remembered,
      spending: accounted.spending,
      account: accounted.account,
    },
    absent: watchAbsent(observation.fleet, sample, policy, before, now),
    mode,
    rivalledId,
    drains,
    losses: watchLosses({ losses: observation.losses, sample, drains, policy, now }),
    inForce,
    current: units(inForce === undefined ? 0 : totalUnits(inForce) - probedUnits),
    probedUnits,
    spot: shortage?.spot,
    unsentSpot: shortage?.unsent,
    standInAt: shortage?.standInAt,
    spotReasons: shortage?.reasons ?? [],
    due: accounted.due,
  };
};
