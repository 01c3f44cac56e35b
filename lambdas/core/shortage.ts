/**
 * Spot that cannot be had: what is missing for longer than the fallback time is asked for as on-demand, under caps.
 * The way back is in `shortage-probe.ts`. docs/decisions/0013-spot-in-flight.md tells the rules and why.
 */
import type { FleetView } from './fleet-view.ts';
import type { SpotMemory } from './memory.ts';
import { existingSpotUnits } from './pools.ts';
import { epochSeconds, units } from './quantities.ts';
import type { Reason } from './reasons.ts';
import { aboveMix, allowedStandIn, missingOnDemand } from './shortage-caps.ts';
import { asItIs, type Shortage, type ShortageQuestion } from './shortage-model.ts';
import { FIRST_PROBE_SECONDS, isInForce, judgeProbe, withoutProbe } from './shortage-probe.ts';
import { extreme, pushMinimum } from './window.ts';

const NONE: SpotMemory = { targets: [], standInUnits: 0, probeWaitSeconds: FIRST_PROBE_SECONDS };

/** A read older than this says nothing about what is missing now. */
const CURRENT_READ_SECONDS = 60;

/** Spot units that are there: provisioned by the last read of the fleet, or seen to start by one of the instances. */
const thereUnits = ({ view, memory, now }: ShortageQuestion): number =>
  Math.max(view.fleet?.spot.provisionedUnits ?? 0, existingSpotUnits(memory, now));

/**
 * Spot units that EMR has had time for: what was asked for behind another resize is in its queue, for as long as that
 * one may take. What stood before it is missing as ever, so that a resize that never ends hides no loss.
 */
const dueUnits = ({ view, policy, now }: ShortageQuestion, targetUnits: number): number => {
  const { command } = view;
  if (command?.queued !== true || command.previous === undefined) return targetUnits;
  const waits = now - command.at < policy.resize.spotTimeoutMinutes * 60;
  return waits ? Math.min(targetUnits, command.previous.spotUnits) : targetUnits;
};

/**
 * Units of spot missing by the last read; undefined when it is old. While it does not show our command yet the lower of
 * both targets counts, and says only that something is missing: a resize that never begins must not hide a shortage.
 */
const deficitNow = (question: ShortageQuestion): number | undefined => {
  const { view, now } = question;
  const { fleet, command } = view;
  if (fleet === undefined || command === undefined || now - fleet.readAt > CURRENT_READ_SECONDS) return undefined;
  const targetUnits = dueUnits(question, fleet.spot.targetUnits);
  if (command.seen) return Math.max(0, targetUnits - thereUnits(question));
  const missing = Math.min(targetUnits, command.targets.spotUnits) - thereUnits(question);
  return missing > 0 ? missing : undefined;
};

const withoutDeficit = ({ deficitSince: _since, ...rest }: SpotMemory): SpotMemory => ({ ...rest, targets: [] });

/**
 * Stand-ins are what of on-demand is in force above the mix: a call that bought them or gave them back may have failed, or
 * somebody changed it. What was above the mix before any stood in is none.
 */
const grounded = ({ memory, inForce, policy }: ShortageQuestion): SpotMemory | undefined => {
  const { spot } = memory;
  if (spot === undefined || inForce === undefined) return spot;
  const probe = isInForce(spot.probe, inForce) ? spot.probe : undefined;
  const above = aboveMix(inForce, policy, probe === undefined || probe.swaps === true ? 0 : probe.units);
  const standInUnits = spot.nextProbeAt === undefined ? 0 : above;
  // Stand-ins that were never bought: spot is missing in their place as long as ever.
  const unbought = Math.max(0, spot.standInUnits - above);
  const targets = spot.targets.map(([at, target]) => [at, units(target + unbought)] as const);
  return { ...(probe === undefined ? withoutProbe(spot) : spot), targets, standInUnits };
};

/** Missing since; a time in which nobody looked, as long as the fallback time, proves nothing. */
const watchDeficit = (question: ShortageQuestion, spot: SpotMemory, deficit: number): SpotMemory => {
  const { view, policy, now } = question;
  if (deficit === 0 || view.fleet === undefined) return withoutDeficit(spot);
  const seconds = policy.markets.fallbackAfterSeconds;
  const lastLook = spot.targets.at(-1)?.[0];
  const known = lastLook !== undefined && now - lastLook <= seconds ? spot : withoutDeficit(spot);
  const asked = units(thereUnits(question) + deficit);
  return {
    ...known,
    targets: pushMinimum(known.targets, now, asked, seconds),
    deficitSince: known.deficitSince ?? now,
  };
};

/** Of what is missing, what has been asked for through the whole fallback time. */
const longMissing = (question: ShortageQuestion, spot: SpotMemory): number =>
  Math.max(0, extreme(spot.targets) - thereUnits(question));

/** On-demand is short too: more of it would be short as well. */
const shortOnDemand = (question: ShortageQuestion, spot: SpotMemory): Reason[] => {
  const missingUnits = missingOnDemand(question.view);
  if (missingUnits === 0) return [];
  const sinceSeconds = question.now - (spot.onDemandShortSince ?? question.now);
  return [{ code: 'on-demand-short', numbers: { missingUnits, sinceSeconds } }];
};

const fallBack = (question: ShortageQuestion, spot: SpotMemory, missing: number): Shortage => {
  const { now, inForce, policy } = question;
  const short = shortOnDemand(question, spot);
  if (short.length > 0 || inForce === undefined) return asItIs(spot, ...short);
  const standing = Math.max(spot.standInUnits, aboveMix(inForce, policy, 0));
  const add = allowedStandIn(question, standing, missing);
  const reasons: Reason[] = [];
  if (add > 0) reasons.push({ code: 'fallback-on-demand', numbers: { units: add } });
  if (add < missing) reasons.push({ code: 'fallback-capped', numbers: { missingUnits: missing, units: add } });
  if (add === 0) return asItIs(spot, ...reasons);
  // On-demand was asked for in its place: what is missing of the rest must have been asked for as long.
  const left = spot.targets.map(([at, target]) => [at, units(Math.max(0, target - add))] as const);
  const fallen: SpotMemory = {
    ...spot,
    targets: left,
    standInUnits: standing + add,
    nextProbeAt: epochSeconds(now + FIRST_PROBE_SECONDS),
    probeWaitSeconds: FIRST_PROBE_SECONDS,
  };
  return { spot: fallen, unsent: spot, reasons, probedUnits: 0 };
};

/** What of it is wanted for more than a reserve: no on-demand is bought as insurance against a loss that has happened. */
const beyondReserve = (missing: number, { memory }: ShortageQuestion): number =>
  Math.max(0, missing - (memory.reserve?.units ?? 0));

/** Missing, and not for long enough yet. */
const waitForSpot = (question: ShortageQuestion, spot: SpotMemory, deficit: number, told: Reason): Shortage => {
  const since = spot.deficitSince ?? question.now;
  const waiting = asItIs(spot, told);
  const missing = beyondReserve(deficit, question);
  const willStandIn = missingOnDemand(question.view) === 0 && allowedStandIn(question, spot.standInUnits, missing) > 0;
  if (!willStandIn) return waiting;
  return { ...waiting, standInAt: epochSeconds(since + question.policy.markets.fallbackAfterSeconds) };
};

/** Remembers since when on-demand is short; without a read that shows it, it stands as it is. */
const watchOnDemand = ({ view, now }: ShortageQuestion, spot: SpotMemory): SpotMemory => {
  if (view.command?.seen !== true) return spot;
  const { onDemandShortSince, ...rest } = spot;
  return missingOnDemand(view) === 0 ? rest : { ...rest, onDemandShortSince: onDemandShortSince ?? now };
};

/** What is missing is told, and after the fallback time on-demand stands in for it. */
const whileShort = (question: ShortageQuestion, spot: SpotMemory, deficit: number): Shortage => {
  const sinceSeconds = question.now - (spot.deficitSince ?? question.now);
  const told: Reason = { code: 'spot-deficit', numbers: { units: deficit, sinceSeconds } };
  if (sinceSeconds < question.policy.markets.fallbackAfterSeconds) return waitForSpot(question, spot, deficit, told);
  const fallen = fallBack(question, spot, beyondReserve(longMissing(question, spot), question));
  return { ...fallen, reasons: [told, ...fallen.reasons] };
};

/** More is missing than a probe has asked for: the probe ends, and what is missing beyond it counts as ever. */
const whileProbed = (question: ShortageQuestion, spot: SpotMemory, excess: number): Shortage => {
  const watched = watchDeficit(question, spot, excess);
  const judged = judgeProbe(question, watched, excess + (spot.probe?.units ?? 0));
  const short = whileShort(question, judged.spot, excess);
  return {
    ...short,
    unsent: judged.unsent,
    probedUnits: judged.probedUnits,
    reasons: [...judged.reasons, ...short.reasons],
  };
};

const followProbe = (question: ShortageQuestion, spot: SpotMemory, probed: number): Shortage => {
  const deficit = deficitNow(question);
  if (deficit === undefined) return judgeProbe(question, spot, undefined);
  const excess = deficit - probed;
  return excess > 0 ? whileProbed(question, spot, excess) : judgeProbe(question, withoutDeficit(spot), deficit);
};

/** Follows the shortage of spot through one tick; without a read that shows what is missing it stands as it is. */
export const watchShortage = (question: ShortageQuestion): Shortage | undefined => {
  const known = grounded(question);
  if (known?.probe !== undefined) return followProbe(question, known, known.probe.units);
  const deficit = deficitNow(question);
  if (deficit === undefined) return known === undefined ? undefined : asItIs(known);
  if (known === undefined && deficit === 0) return undefined;
  const watched = watchOnDemand(question, watchDeficit(question, known ?? NONE, deficit));
  if (deficit > 0) return whileShort(question, watched, deficit);
  return watched.standInUnits === 0 ? undefined : asItIs(watched);
};

/** A shrink gives up first what is not there anyway, missing spot, and then stand-ins: they are the dearest. */
export const shrunkStandIn = (
  spot: SpotMemory | undefined,
  fewerUnits: number,
  fleet: FleetView['fleet'],
): SpotMemory | undefined => {
  const missing = fleet === undefined ? 0 : Math.max(0, fleet.spot.targetUnits - fleet.spot.provisionedUnits);
  const given = fewerUnits - missing;
  if (spot === undefined || given <= 0) return spot;
  const { cameUnits = 0, ...rest } = spot;
  const pending = Math.max(0, cameUnits - given);
  return {
    ...rest,
    standInUnits: Math.max(0, spot.standInUnits - given),
    ...(pending > 0 ? { cameUnits: pending } : {}),
  };
};
