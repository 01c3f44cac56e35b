/** How much capacity is wanted now: the largest of what demand with its reserve, floors and alarms ask for, under the ceilings. */
import { type AlarmSteps, alarmSteps } from './alarms.ts';
import { capped } from './ceilings.ts';
import type { Terms } from './decision.ts';
import { type Demand, demandOf } from './demand.ts';
import type { Drains } from './drains.ts';
import { type Floors, floorsOf } from './floors.ts';
import type { Losses } from './losses.ts';
import type { Memory } from './memory.ts';
import type { Observation, WorkloadSample } from './model.ts';
import type { Policy } from './policy/schema.ts';
import { type EpochSeconds, type Units, units } from './quantities.ts';
import type { Reason } from './reasons.ts';
import { type Reserve, reserveFor } from './reserve.ts';

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
  readonly reserve?: Memory['reserve'];
  /** Demand has used up more than a quarter of the reserve for a while: it is bought anew without waiting for more. */
  readonly isReserveEaten: boolean;
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
  readonly losses: Losses;
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
  const { policy, before, memory, current, drains, losses, now } = question;
  const { callableCores, returningCores } = drains;
  const plain = demandOf(sample, policy, before, memory, now, returningCores, losses);
  const withThem = current + callableCores / policy.capacity.coresPerUnit;
  if (callableCores === 0 || (plain.terms.workUnits ?? 0) <= withThem) return plain;
  const after = demandOf(sample, policy, before, memory, now, returningCores + callableCores, losses);
  return { ...after, terms: { ...after.terms, workUnits: Math.max(withThem, after.terms.workUnits ?? 0) } };
};

/** A reserve is no hurry, and a small growth would stand before the large one of a burst. */
const EATEN_SECONDS = 300;
/** So much of it may be used up before it is bought anew. */
const EATEN_SHARE = 0.25;

/** Where demand is not known the target in force stands, and with it the reserve that is part of it. */
const reserveOf = (demandUnits: number | undefined, { observation, policy, memory, now }: WantedQuestion): Reserve => {
  if (demandUnits === undefined) {
    return { units: 0, reasons: [], ...(memory.reserve === undefined ? {} : { memory: memory.reserve }) };
  }
  return reserveFor({ demandUnits, policy, memory, price: observation.facts.usdPerUnitHour, now });
};

/**
 * What is remembered of the reserve. Its units are those that are wanted for nothing else: nobody stands in for them when
 * they are lost.
 * @param demand what is wanted without it, of demand alone and of everything; absent: demand is not known
 */
const keptReserve = (
  { units: wantedUnits, memory }: Reserve,
  question: WantedQuestion,
  demand: { readonly bareUnits: number; readonly spareUnits: number } | undefined,
): Memory['reserve'] => {
  if (memory === undefined || demand === undefined) return memory;
  const isEaten = wantedUnits > 0 && question.current - demand.bareUnits < wantedUnits * (1 - EATEN_SHARE);
  const eatenSince = question.memory.reserve?.eatenSince ?? question.now;
  return { ...memory, units: Math.max(0, demand.spareUnits), ...(isEaten ? { eatenSince } : {}) };
};

/** Units that are there for EMR and not for the load: zombies, and workers that may be interrupted soon, if told so. */
const uncountedUnits = ({ zombieUnits, losses }: WantedQuestion): number =>
  losses.helpDrains ? Math.max(zombieUnits, losses.helpUnits) : zombieUnits + losses.helpUnits;

const toldFloors = (floors: Floors, demand: number): Reason[] =>
  floors.reasons.filter((floor) => floor.units > demand).map((floor) => floor.reason);

/** Adds up everything that asks for capacity and caps it. */
export const wantedNow = (question: WantedQuestion): Wanted => {
  const { observation, sample, policy, memory, current, now } = question;
  const demand = sample === undefined ? undefined : demandWithDrains(sample, question);
  const steps = alarmSteps(observation, policy, memory, current, now);
  const floors = floorsOf(observation, sample, policy, memory, now);
  const uncounted = uncountedUnits(question);
  const base = baseOf(demand, steps, question, floors.extraUnits + uncounted);
  const bare = base.units + floors.extraUnits;
  const reserve = reserveOf(demand === undefined ? undefined : bare, question);
  const plain = bare + reserve.units;
  const asked = Math.max(plain, floors.units, steps.upUnits) + uncounted;
  const unreserved = Math.max(bare, floors.units, steps.upUnits, base.standingUnits - uncounted) + uncounted;
  const uncapped = roundedUp(Math.max(asked, base.standingUnits));
  const cap = capped(uncapped, current, observation, policy, memory);
  const stands: Reason[] = demand === undefined ? [{ code: 'demand-kept', numbers: { units: current } }] : [];
  const without = { bareUnits: bare + uncounted, spareUnits: cap.units - roundedUp(unreserved) };
  const kept = keptReserve(reserve, question, demand === undefined ? undefined : without);
  return {
    units: units(cap.units),
    mayShrink: !steps.freezes,
    terms: {
      ...demand?.terms,
      ...(reserve.units > 0 ? { reserveUnits: reserve.units } : {}),
      floorUnits: floors.units,
      ...(steps.upUnits > 0 ? { alarmUnits: steps.upUnits } : {}),
      ceilingUnits: cap.ceilingUnits,
      wantedUnits: cap.units,
    },
    reasons: [
      ...(demand?.reasons ?? stands),
      ...reserve.reasons,
      ...toldFloors(floors, Math.max(plain, base.standingUnits)),
      ...steps.reasons,
      ...cap.reasons,
    ],
    alarms: steps.alarms,
    demandUnits: base.units,
    isReserveEaten: kept?.eatenSince !== undefined && now - kept.eatenSince >= EATEN_SECONDS,
    ...(kept === undefined ? {} : { reserve: kept }),
    ...(demand?.idleQueueSince === undefined ? {} : { idleQueueSince: demand.idleQueueSince }),
  };
};
