/**
 * When capacity may be given back. One worker killed is every query on it killed, so a shrink needs a fresh signal, a
 * hold in which no more was wanted, and a way for removed workers to finish their work.
 */
import type { UnitsAt } from './decision.ts';
import { tailLag } from './lag.ts';
import { lostUnits } from './losses.ts';
import type { Memory } from './memory.ts';
import type { ClusterFacts, Observation, WorkloadSample } from './model.ts';
import type { Policy } from './policy/schema.ts';
import { type EpochSeconds, epochSeconds, type Units, units } from './quantities.ts';
import type { Reason } from './reasons.ts';
import { graceOf, type ScaleInMode, scaleInMode } from './safety-mode.ts';
import { extreme, pushMaximum } from './window.ts';

/** While more than this share of the capacity was lost in ten minutes nothing shrinks. */
const LOSS_SHARE = 0.05;
const SECONDS_PER_DAY = 86_400;
/** Ticks further apart leave a time that nobody watched; slots are 15 s apart, and dispatch comes every minute. */
const LONGEST_GAP_SECONDS = 120;
/** Queries older than this are not put at risk in mode `sparing`. */
const SPARING_OLDEST_SECONDS = 120;
/** Between two queries of one client a busy cluster runs nothing for a moment; idle is who runs nothing for so long. */
const IDLE_SECONDS = 60;

/**
 * The hold: the largest of the policy's, the learned tail of the start lag and the minimum age of workers. Where removed
 * workers drain and can be called back, it does not have to outlast the start lag.
 */
export const holdSeconds = (policy: Policy, facts: ClusterFacts, memory: Memory): number => {
  const comesBack = facts.reversibleDrain && scaleInMode(policy, facts) === 'drained';
  return Math.max(policy.scaleIn.holdSeconds, facts.minimumWorkerAgeSeconds, comesBack ? 0 : tailLag(memory.lag));
};

export interface Watch {
  readonly wanted: readonly UnitsAt[];
  readonly watchedSince?: EpochSeconds;
  /** The most that was wanted in the hold. */
  readonly heldUnits: Units;
  readonly knownSeconds: number;
  /** Since when every tick has seen that nothing runs and nothing waits. Absent: something does, or it is unknown. */
  readonly idleSince?: EpochSeconds;
}

export interface WatchQuestion {
  readonly memory: Memory;
  /** The same, before it has learned from this tick. */
  readonly before: Memory;
  readonly policy: Policy;
  /** The sample that is believed. */
  readonly sample: WorkloadSample | undefined;
  readonly wanted: Units;
  /** Whether the signals of this tick allow a shrink. */
  readonly believable: boolean;
  readonly hold: number;
  readonly now: EpochSeconds;
}

/**
 * Since when demand has been watched: not across a gap between ticks, and no longer than the window goes back, so that
 * a hold that becomes longer has to be lived through. A second more than the hold is kept, for rounding.
 */
const watchedFrom = ({ memory, hold, now }: WatchQuestion): EpochSeconds => {
  const gap = memory.at !== undefined && now - memory.at > LONGEST_GAP_SECONDS;
  if (gap || memory.watchedSince === undefined) return now;
  return epochSeconds(Math.max(memory.watchedSince, now - hold - 1));
};

/** Queries have ended that no tick has seen running. */
const hasFinishedMore = ({ classes = [] }: WorkloadSample, before: Memory): boolean =>
  classes.some(({ name, finishedQueries }) => {
    const known = before.classes[name];
    return known !== undefined && finishedQueries > known.finishedQueries;
  });

const idleFrom = ({ before, sample, now }: WatchQuestion): EpochSeconds | undefined => {
  const isIdle = sample?.runningQueries === 0 && (sample.queuedQueries ?? 0) === 0 && !hasFinishedMore(sample, before);
  if (!isIdle) return undefined;
  const gap = before.at !== undefined && now - before.at > LONGEST_GAP_SECONDS;
  return gap ? now : (before.idleSince ?? now);
};

/** Adds what is wanted now; a tick without a believable signal breaks the watch, and a shrink needs a whole hold again. */
export const watchWanted = (question: WatchQuestion): Watch => {
  const { memory, policy, wanted, believable, hold, now } = question;
  const window = pushMaximum(memory.wanted, now, wanted, hold);
  // What was wanted under a higher maximum is not held above the one of today.
  const heldUnits = units(Math.min(extreme(window), policy.capacity.maximumUnits));
  if (!believable) return { wanted: window, heldUnits, knownSeconds: 0 };
  const watchedSince = watchedFrom(question);
  const idleSince = idleFrom(question);
  return {
    wanted: window,
    watchedSince,
    heldUnits,
    knownSeconds: now - watchedSince,
    ...(idleSince === undefined ? {} : { idleSince }),
  };
};

const drainable = (sample: WorkloadSample | undefined, policy: Policy, facts: ClusterFacts): Reason | undefined => {
  const graceSeconds = graceOf(policy, facts);
  if (graceSeconds <= 0) return { code: 'shrink-no-grace', numbers: {} };
  if (sample === undefined || sample.runningQueries === 0) return undefined;
  const ageSeconds = sample.oldestRunningSeconds;
  if (ageSeconds === undefined) return { code: 'signal-partial', numbers: { what: 'oldestRunningSeconds' } };
  const limitSeconds = graceSeconds * policy.scaleIn.oldestQueryShareOfGrace;
  if (ageSeconds <= limitSeconds) return undefined;
  return { code: 'shrink-old-query', numbers: { ageSeconds, graceSeconds, limitSeconds } };
};

/** Queries that may still be put at risk today. */
const riskBudget = (policy: Policy, memory: Memory, now: EpochSeconds): number => {
  const day = Math.floor(now / SECONDS_PER_DAY);
  const used = memory.atRisk?.day === day ? memory.atRisk.queries : 0;
  return Math.max(0, policy.scaleIn.lostQueriesPerDay - used);
};

const sparing = ({ sample, policy, memory, watch, now }: ShrinkQuestion): Reason | undefined => {
  if (sample === undefined) return { code: 'signal-partial', numbers: { what: 'runningQueries' } };
  const runningQueries = (sample.runningQueries ?? 0) + (sample.queuedQueries ?? 0);
  const budgetQueries = riskBudget(policy, memory, now);
  if (runningQueries === 0 && budgetQueries === 0) {
    const seconds = watch.idleSince === undefined ? 0 : now - watch.idleSince;
    return seconds >= IDLE_SECONDS
      ? undefined
      : { code: 'shrink-just-idle', numbers: { seconds, idleSeconds: IDLE_SECONDS } };
  }
  const young = (sample.oldestRunningSeconds ?? Number.POSITIVE_INFINITY) <= SPARING_OLDEST_SECONDS;
  if (runningQueries === 0 || (young && runningQueries <= budgetQueries)) return undefined;
  return { code: 'shrink-not-idle', numbers: { runningQueries, budgetQueries } };
};

const smallestStep = (
  current: Units,
  policy: Policy,
  mode: ScaleInMode,
  largestWeight: number,
  toMinimum: boolean,
): number => {
  if (toMinimum) return 1;
  const share =
    mode === 'sparing'
      ? Math.max(policy.scaleIn.sparingStepShare, policy.scaleIn.smallestStepShare)
      : policy.scaleIn.smallestStepShare;
  return Math.max(1, largestWeight, Math.ceil(share * current));
};

export interface ShrinkQuestion {
  readonly observation: Observation;
  readonly sample: WorkloadSample | undefined;
  readonly policy: Policy;
  readonly memory: Memory;
  readonly mode: ScaleInMode;
  readonly current: Units;
  readonly watch: Watch;
  readonly hold: number;
  /** Of `current`, units of spot that probes have brought: as much on-demand stood in for them and may go. */
  readonly returningUnits: number;
  readonly now: EpochSeconds;
}

/** So many units are to serve and do not yet. What is wanted has zombies on top. */
const unserved = ({ sample, policy, memory }: ShrinkQuestion, units: number): Reason | undefined => {
  if (sample?.readyCores === undefined) return undefined;
  const { coresPerUnit, alwaysOnCores } = policy.capacity;
  const readyUnits = (sample.readyCores - alwaysOnCores) / coresPerUnit;
  const kept = units - (memory.absent?.zombieUnits ?? 0);
  return readyUnits >= kept - 1e-9
    ? undefined
    : { code: 'shrink-arriving', numbers: { readyUnits, units: Math.ceil(units) } };
};

/**
 * EMR chooses whom it removes, and those that serve may go in place of those that start: what is kept must serve first.
 * Workers that never come stop counting when they are known as zombies (`absent.ts`).
 */
const arriving = (question: ShrinkQuestion): Reason | undefined => {
  const { watch, current, returningUnits } = question;
  const { fleet } = question.memory;
  if (fleet === undefined) return undefined;
  const isNobodyRemoved = fleet.onDemand.provisionedUnits + fleet.spot.provisionedUnits <= watch.heldUnits;
  // Stand-ins go from those that serve, so what replaces them has to serve too.
  return isNobodyRemoved ? undefined : unserved(question, Math.min(current, watch.heldUnits + returningUnits));
};

/** Demand was watched for too short a time, or much was lost lately. */
const unsettled = ({ observation, current, watch, hold, now }: ShrinkQuestion): Reason | undefined => {
  if (watch.knownSeconds < hold) {
    return { code: 'shrink-unproven', numbers: { knownSeconds: watch.knownSeconds, holdSeconds: hold } };
  }
  const lost = lostUnits(observation.losses, now);
  return lost > LOSS_SHARE * current ? { code: 'shrink-after-loss', numbers: { lostUnits: lost } } : undefined;
};

/** A step that gives stand-ins back replaces capacity by as much, and is worth it however small. */
const tooSmall = ({ policy, memory, mode, current, watch, returningUnits }: ShrinkQuestion): Reason | undefined => {
  if (returningUnits > 0) return undefined;
  const step = current - watch.heldUnits;
  const weight = memory.fleet?.largestWeightUnits ?? 1;
  const stepUnits = smallestStep(current, policy, mode, weight, watch.heldUnits <= policy.capacity.minimumUnits);
  return step < stepUnits ? { code: 'shrink-too-small', numbers: { units: step, stepUnits } } : undefined;
};

/** Workers that are removed now could not finish their work. */
const unsafe = (question: ShrinkQuestion): Reason | undefined => {
  const { observation, sample, policy, mode } = question;
  if (mode === 'drained') return drainable(sample, policy, observation.facts);
  return mode === 'sparing' ? sparing(question) : undefined;
};

/** Why a shrink that demand would allow has to wait; undefined when nothing speaks against it. */
const obstacle = (question: ShrinkQuestion): Reason | undefined =>
  unsettled(question) ?? tooSmall(question) ?? arriving(question) ?? unsafe(question);

/**
 * Why no worker may be removed now, though another takes its place; undefined when nothing speaks against it. Mode
 * `sparing` puts queries at risk for less capacity only, never for cheaper capacity.
 */
export const removalObstacle = (question: ShrinkQuestion): Reason | undefined => {
  const { sample, mode, current } = question;
  if (mode === 'sparing' && sample?.runningQueries !== 0) {
    return { code: 'shrink-not-idle', numbers: { runningQueries: sample?.runningQueries ?? '?', budgetQueries: 0 } };
  }
  return unsettled(question) ?? unserved(question, current) ?? unsafe(question);
};

export interface ShrinkAnswer {
  readonly units: Units;
  readonly reason: Reason;
}

/** How far the target may fall now, and why no further. Asked only when less is wanted than is in force. */
export const shrinkTo = (question: ShrinkQuestion): ShrinkAnswer => {
  const { mode, current, watch, hold } = question;
  if (watch.heldUnits >= current) {
    return { units: current, reason: { code: 'shrink-held', numbers: { units: watch.heldUnits, holdSeconds: hold } } };
  }
  const reason = obstacle(question);
  if (reason !== undefined) return { units: current, reason };
  return {
    units: units(watch.heldUnits),
    reason: { code: 'shrink-wanted', numbers: { units: watch.heldUnits, holdSeconds: hold, mode } },
  };
};

/** Notes the queries that a shrink in mode `sparing` puts at risk. */
export const riskOf = (
  sample: WorkloadSample | undefined,
  memory: Memory,
  now: EpochSeconds,
): NonNullable<Memory['atRisk']> => {
  const day = Math.floor(now / SECONDS_PER_DAY);
  const used = memory.atRisk?.day === day ? memory.atRisk.queries : 0;
  return { day, queries: used + (sample?.runningQueries ?? 0) };
};
