/**
 * Spot that cannot be had: what is missing for longer than the fallback time is asked for as on-demand, under caps; the
 * way back is by probe, one step of spot on top at a time, and a step of on-demand is given up only after spot has come.
 */
import type { FleetView } from './fleet-view.ts';
import { splitOf } from './markets.ts';
import type { Memory, SpotMemory } from './memory.ts';
import { type Observation, type Targets, totalUnits } from './model.ts';
import { worstUsdPerHour } from './money.ts';
import type { Policy } from './policy/schema.ts';
import { type EpochSeconds, epochSeconds, units } from './quantities.ts';
import type { Reason } from './reasons.ts';
import { extreme, pushMinimum } from './window.ts';

const FIRST_PROBE_SECONDS = 300;
const LONGEST_PROBE_WAIT_SECONDS = 1800;
/** A probe asks for this share of the stand-in at once. */
const PROBE_SHARE = 0.25;
/** EMR may end a resize this much later than its timeout. */
const PROBE_SLACK_SECONDS = 60;

const NONE: SpotMemory = { targets: [], standInUnits: 0, probeWaitSeconds: FIRST_PROBE_SECONDS };

export interface Shortage {
  readonly spot: SpotMemory;
  readonly reasons: readonly Reason[];
  /** Units of the targets in force that only probe the market; the load does not count on them. */
  readonly probedUnits: number;
}

export interface ShortageQuestion {
  readonly observation: Observation;
  readonly view: FleetView;
  readonly policy: Policy;
  readonly memory: Memory;
  readonly inForce: Targets | undefined;
  readonly now: EpochSeconds;
}

/** A read older than this says nothing about what is missing now. */
const CURRENT_READ_SECONDS = 60;

/** Units of spot missing by the last read; undefined when it is old or does not show our command yet. */
const deficitNow = ({ view, now }: ShortageQuestion): number | undefined => {
  const { fleet, command } = view;
  if (fleet === undefined || command?.seen !== true || now - fleet.readAt > CURRENT_READ_SECONDS) return undefined;
  return Math.max(0, fleet.spot.targetUnits - fleet.spot.provisionedUnits);
};

const without = ({ deficitSince: _since, ...rest }: SpotMemory): SpotMemory => ({ ...rest, targets: [] });

const withoutProbe = ({ probe: _probe, ...rest }: SpotMemory): SpotMemory => rest;

/** How many of the missing units on-demand may stand in for, under the caps in units and in dollars. */
const allowedStandIn = (question: ShortageQuestion, spot: SpotMemory, missing: number): number => {
  const { policy, inForce, observation } = question;
  const { fallbackMaximumUnits, fallbackMaximumUsdPerHour } = policy.markets;
  const price = observation.facts.usdPerUnitHour;
  let allowed = Math.min(missing, inForce?.spotUnits ?? 0, Math.max(0, fallbackMaximumUnits - spot.standInUnits));
  const { usdPerHour: budget } = policy.budget;
  if (fallbackMaximumUsdPerHour === undefined && budget === undefined) return allowed;
  if (price === undefined || inForce === undefined) return 0;
  const weight = question.view.fleet?.largestWeightUnits ?? 1;
  const fits = (add: number): boolean =>
    (spot.standInUnits + add) * price.onDemand <= (fallbackMaximumUsdPerHour ?? Number.POSITIVE_INFINITY) + 1e-9 &&
    worstUsdPerHour(splitOf(totalUnits(inForce), policy, spot.standInUnits + add), price, weight) <=
      (budget ?? Number.POSITIVE_INFINITY) + 1e-9;
  while (allowed > 0 && !fits(allowed)) allowed -= 1;
  return allowed;
};

const fallBack = (question: ShortageQuestion, spot: SpotMemory, missing: number): Shortage => {
  const { now } = question;
  const add = allowedStandIn(question, spot, missing);
  const reasons: Reason[] = [];
  if (add > 0) reasons.push({ code: 'fallback-on-demand', numbers: { units: add } });
  if (add < missing) reasons.push({ code: 'fallback-capped', numbers: { missingUnits: missing, units: add } });
  if (add === 0) return { spot, reasons, probedUnits: 0 };
  const next: SpotMemory = {
    ...without(spot),
    standInUnits: spot.standInUnits + add,
    nextProbeAt: epochSeconds(now + FIRST_PROBE_SECONDS),
    probeWaitSeconds: FIRST_PROBE_SECONDS,
  };
  return { spot: next, reasons, probedUnits: 0 };
};

/** What a probe brought counts as capacity from now on: so much is too much, and the shrink gives up stand-ins for it. */
const endProbe = (question: ShortageQuestion, spot: SpotMemory, probed: number, deficit: number): Shortage => {
  const came = Math.max(0, probed - deficit);
  const failed = deficit > 0;
  const wait = failed ? spot.probeWaitSeconds : 0;
  const next: SpotMemory = {
    ...withoutProbe(without(spot)),
    nextProbeAt: epochSeconds(question.now + wait),
    probeWaitSeconds: failed ? Math.min(LONGEST_PROBE_WAIT_SECONDS, 2 * spot.probeWaitSeconds) : FIRST_PROBE_SECONDS,
  };
  const reasons: Reason[] = came === 0 ? [] : [{ code: 'fallback-return', numbers: { units: came } }];
  return { spot: next, reasons, probedUnits: probed - came };
};

/** A running probe is kept on until it has come, or until EMR's timeout has passed. */
const judgeProbe = (question: ShortageQuestion, spot: SpotMemory, deficit: number | undefined): Shortage => {
  const { policy, now, view } = question;
  const { at, units: probed } = spot.probe ?? { at: now, units: 0 };
  const sent = (view.command?.at ?? 0) >= at;
  const waiting: Shortage = { spot, reasons: [], probedUnits: sent ? probed : 0 };
  if (deficit === undefined || !sent) return waiting;
  const overdue = now - at >= policy.resize.spotTimeoutMinutes * 60 + PROBE_SLACK_SECONDS;
  return deficit === 0 || overdue ? endProbe(question, spot, probed, deficit) : waiting;
};

const startProbe = (question: ShortageQuestion, spot: SpotMemory): Shortage => {
  const { policy, view, inForce, now, observation } = question;
  const idle: Shortage = { spot, reasons: [], probedUnits: 0 };
  const due = spot.standInUnits > 0 && spot.nextProbeAt !== undefined && now >= spot.nextProbeAt;
  if (!due || inForce === undefined || view.command?.inFlightSince !== undefined) return idle;
  const step = Math.max(1, Math.ceil(PROBE_SHARE * spot.standInUnits));
  const room = policy.capacity.maximumUnits - totalUnits(inForce);
  const price = observation.facts.usdPerUnitHour;
  const weight = view.fleet?.largestWeightUnits ?? 1;
  const probing: Targets = { ...inForce, spotUnits: units(inForce.spotUnits + step) };
  const cost = price === undefined ? 0 : worstUsdPerHour(probing, price, weight);
  if (room < step || cost > (policy.budget.usdPerHour ?? Number.POSITIVE_INFINITY)) return idle;
  const reasons: Reason[] = [{ code: 'fallback-probe', numbers: { units: step } }];
  return { spot: { ...spot, probe: { at: now, units: step } }, reasons, probedUnits: 0 };
};

const watchDeficit = (question: ShortageQuestion, spot: SpotMemory, deficit: number): SpotMemory => {
  const { view, policy, now } = question;
  if (deficit === 0 || view.fleet === undefined) return without(spot);
  const targets = pushMinimum(spot.targets, now, view.fleet.spot.targetUnits, policy.markets.fallbackAfterSeconds);
  return { ...spot, targets, deficitSince: spot.deficitSince ?? now };
};

/** Of what is missing, what has been asked for through the whole fallback time. */
const longMissing = ({ view }: ShortageQuestion, spot: SpotMemory): number =>
  Math.max(0, extreme(spot.targets) - (view.fleet?.spot.provisionedUnits ?? 0));

/** Follows the shortage of spot through one tick; without a read that shows our command it stands as it is. */
export const watchShortage = (question: ShortageQuestion): Shortage | undefined => {
  const { memory, policy, now } = question;
  const before = memory.spot;
  const deficit = deficitNow(question);
  if (before?.probe !== undefined) return judgeProbe(question, before, deficit);
  if (deficit === undefined) return before === undefined ? undefined : { spot: before, reasons: [], probedUnits: 0 };
  if (before === undefined && deficit === 0) return undefined;
  const watched = watchDeficit(question, before ?? NONE, deficit);
  if (deficit === 0) return watched.standInUnits === 0 ? undefined : startProbe(question, watched);
  const sinceSeconds = now - (watched.deficitSince ?? now);
  const told: Reason = { code: 'spot-deficit', numbers: { units: deficit, sinceSeconds } };
  if (sinceSeconds < policy.markets.fallbackAfterSeconds) return { spot: watched, reasons: [told], probedUnits: 0 };
  const fallen = fallBack(question, watched, longMissing(question, watched));
  return { ...fallen, reasons: [told, ...fallen.reasons] };
};

/** A probe that was not sent yet waits while the load grows, and one in force leaves the load the room up to the maximum. */
export const trimmedProbe = (
  spot: SpotMemory | undefined,
  question: { readonly amount: number; readonly grows: boolean; readonly sent: boolean; readonly policy: Policy },
): SpotMemory | undefined => {
  if (spot?.probe === undefined) return spot;
  const room = question.policy.capacity.maximumUnits - question.amount;
  const kept = question.grows && !question.sent ? 0 : Math.min(spot.probe.units, Math.max(0, room));
  return kept === 0 ? withoutProbe(spot) : { ...spot, probe: { ...spot.probe, units: kept } };
};

/** A shrink gives up first what is not there anyway, missing spot, and then stand-ins: they are the dearest. */
export const shrunkStandIn = (
  spot: SpotMemory | undefined,
  fewerUnits: number,
  fleet: FleetView['fleet'],
): SpotMemory | undefined => {
  const missing = fleet === undefined ? 0 : Math.max(0, fleet.spot.targetUnits - fleet.spot.provisionedUnits);
  const given = fewerUnits - missing;
  return spot === undefined || given <= 0 ? spot : { ...spot, standInUnits: Math.max(0, spot.standInUnits - given) };
};
