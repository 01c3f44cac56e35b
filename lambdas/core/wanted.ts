/** How much capacity is wanted now: the largest of what demand, floors and alarms ask for, under the ceilings. */
import { type AlarmSteps, alarmSteps } from './alarms.ts';
import { capped } from './ceilings.ts';
import type { Terms } from './decision.ts';
import { type Demand, demandOf } from './demand.ts';
import type { Drains } from './drains.ts';
import { type Floors, floorsOf } from './floors.ts';
import type { Memory } from './memory.ts';
import type { Observation, WorkloadSample } from './model.ts';
import type { Policy } from './policy/schema.ts';
import { type EpochSeconds, type Units, units } from './quantities.ts';
import type { Reason } from './reasons.ts';

export interface Wanted {
  readonly units: Units;
  /** False while an alarm freezes shrinking. */
  readonly mayShrink: boolean;
  readonly terms: Omit<Terms, 'heldUnits'>;
  readonly reasons: readonly Reason[];
  readonly alarms: Memory['alarms'];
  /** Demand alone, without holds and zombies, as last known. */
  readonly demandUnits: number;
  readonly idleQueueSince?: EpochSeconds;
}

export interface WantedQuestion {
  readonly observation: Observation;
  /** The sample, when it may be believed. */
  readonly sample: WorkloadSample | undefined;
  readonly policy: Policy;
  /** Memory before this tick's sample was learned from, and after. */
  readonly before: Memory;
  readonly memory: Memory;
  /** Units in force; 0 when unknown. */
  readonly current: Units;
  readonly zombieUnits: number;
  readonly drains: Drains;
  readonly now: EpochSeconds;
}

const largest = (...values: readonly (number | undefined)[]): number =>
  Math.max(0, ...values.map((value) => value ?? 0));

/** A hair of floating-point dust buys no unit; a negative zero would not survive JSON. */
const roundedUp = (amount: number): number => Math.max(0, Math.ceil(amount - 1e-9));

interface Base {
  /** Demand in whole units, on top of which holds and zombies count. */
  readonly units: number;
  /** What stands at least. */
  readonly standingUnits: number;
}

/**
 * Where demand cannot be read the target in force stands, or follows the alarms. It holds what holds and zombies added
 * before: they count on top of demand as it was last known, or they would be added again with every tick.
 */
const baseOf = (demand: Demand | undefined, steps: AlarmSteps, question: WantedQuestion, extras: number): Base => {
  if (demand !== undefined) {
    const { workUnits, memoryUnits, countsUnits } = demand.terms;
    return { units: roundedUp(largest(workUnits, memoryUnits, countsUnits)), standingUnits: 0 };
  }
  const { policy, memory, current } = question;
  const standingUnits = Math.min(current, steps.downUnits ?? current);
  const isBare = policy.signal.source === 'alarms' && extras === 0;
  return { units: Math.min(standingUnits, isBare ? current : (memory.demandUnits ?? current)), standingUnits };
};

/**
 * Demand where removed workers drain. What they can give is had before anything is bought: so much more is asked for first,
 * and beyond it only what is still wanted when they are back.
 */
const demandWithDrains = (sample: WorkloadSample, question: WantedQuestion): Demand => {
  const { policy, before, memory, current, drains, now } = question;
  const { callableCores, returningCores } = drains;
  const plain = demandOf(sample, policy, before, memory, now, returningCores);
  const withThem = current + callableCores / policy.capacity.coresPerUnit;
  if (callableCores === 0 || (plain.terms.workUnits ?? 0) <= withThem) return plain;
  const after = demandOf(sample, policy, before, memory, now, returningCores + callableCores);
  return { ...after, terms: { ...after.terms, workUnits: Math.max(withThem, after.terms.workUnits ?? 0) } };
};

const toldFloors = (floors: Floors, demand: number): Reason[] =>
  floors.reasons.filter((floor) => floor.units > demand).map((floor) => floor.reason);

/** Adds up everything that asks for capacity and caps it. */
export const wantedNow = (question: WantedQuestion): Wanted => {
  const { observation, sample, policy, memory, current, zombieUnits, now } = question;
  const demand = sample === undefined ? undefined : demandWithDrains(sample, question);
  const steps = alarmSteps(observation, policy, memory, current, now);
  const floors = floorsOf(observation, sample, policy, memory, now);
  const base = baseOf(demand, steps, question, floors.extraUnits + zombieUnits);
  const plain = base.units + floors.extraUnits;
  const asked = Math.max(plain, floors.units, steps.upUnits) + zombieUnits;
  const uncapped = roundedUp(Math.max(asked, base.standingUnits));
  const cap = capped(uncapped, current, observation, policy, memory);
  const kept: Reason[] = demand === undefined ? [{ code: 'demand-kept', numbers: { units: current } }] : [];
  return {
    units: units(cap.units),
    mayShrink: !steps.freezes,
    terms: {
      ...demand?.terms,
      floorUnits: floors.units,
      ...(steps.upUnits > 0 ? { alarmUnits: steps.upUnits } : {}),
      ceilingUnits: cap.ceilingUnits,
      wantedUnits: cap.units,
    },
    reasons: [
      ...(demand?.reasons ?? kept),
      ...toldFloors(floors, Math.max(plain, base.standingUnits)),
      ...steps.reasons,
      ...cap.reasons,
    ],
    alarms: steps.alarms,
    demandUnits: base.units,
    ...(demand?.idleQueueSince === undefined ? {} : { idleQueueSince: demand.idleQueueSince }),
  };
};
