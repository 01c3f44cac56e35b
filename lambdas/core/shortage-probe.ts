/**
 * The way back from on-demand to spot is by probe: one step of spot is asked for on top and kept if it comes; then as
 * much on-demand is given back by the rule for shrinking, and only then the next step is asked for.
 */
import type { SpotMemory } from './memory.ts';
import { type Targets, totalUnits } from './model.ts';
import type { Policy } from './policy/schema.ts';
import { epochSeconds } from './quantities.ts';
import type { Reason } from './reasons.ts';
import { allowedStandIn, mayProbe, missingOnDemand } from './shortage-caps.ts';
import { asItIs, type Shortage, type ShortageQuestion } from './shortage-model.ts';

/** From the fallback to the first probe, and from the end of one probe to the next, at least. */
export const FIRST_PROBE_SECONDS = 300;
/** From the begin of a probe that failed to the begin of the next, at most. */
const LONGEST_PROBE_WAIT_SECONDS = 1800;
/** A probe asks for this share of the stand-in at once. */
const PROBE_SHARE = 0.25;
/** At the maximum or the budget there is no room on top: so much of the cluster at most is given up for spot to be tried. */
const SWAP_SHARE = 0.05;
/** EMR may end a resize this much later than its timeout. */
const PROBE_SLACK_SECONDS = 60;
/** EMR's shortest (emr.md §1.4). */
const SHORTEST_TIMEOUT_SECONDS = 300;

export const withoutProbe = ({ probe: _probe, ...rest }: SpotMemory): SpotMemory => rest;

/** Whether the targets in force contain the probe; they do not when its call failed, or somebody set others. */
export const isInForce = (probe: SpotMemory['probe'], inForce: Targets): boolean =>
  probe !== undefined && (probe.towards === undefined || probe.towards.includes(inForce.spotUnits));

/** After a probe that failed the next one waits ever longer; after one that did not, the next step may follow. */
const scheduled = ({ now }: ShortageQuestion, spot: SpotMemory, failed: boolean): SpotMemory => {
  const began = spot.probe?.at ?? now;
  const { probeWaitSeconds } = spot;
  return {
    ...withoutProbe(spot),
    nextProbeAt: failed ? epochSeconds(Math.max(now + FIRST_PROBE_SECONDS, began + probeWaitSeconds)) : now,
    probeWaitSeconds: failed ? Math.min(LONGEST_PROBE_WAIT_SECONDS, 2 * probeWaitSeconds) : FIRST_PROBE_SECONDS,
  };
};

const failedReason = (question: ShortageQuestion, spot: SpotMemory, missingUnits: number): Reason => {
  const waitSeconds = (spot.nextProbeAt ?? question.now) - question.now;
  return { code: 'fallback-probe-failed', numbers: { missingUnits, waitSeconds } };
};

/** Ends a probe on top of the load: what came is kept and the rest taken back, which needs a call. */
const endProbe = (question: ShortageQuestion, spot: SpotMemory, probed: number, deficit: number): Shortage => {
  const came = Math.max(0, probed - deficit);
  const next = scheduled(question, spot, deficit > 0);
  const cameUnits = (spot.cameUnits ?? 0) + came;
  const ended: SpotMemory = cameUnits === 0 ? next : { ...next, cameUnits };
  const reasons: Reason[] = came === 0 ? [] : [{ code: 'fallback-return', numbers: { units: came } }];
  if (came === probed) return asItIs(ended, ...reasons);
  const failed = failedReason(question, next, probed - came);
  return { spot: ended, unsent: spot, reasons: [...reasons, failed], probedUnits: probed - came };
};

/** Ends a probe in place of on-demand: for what did not come on-demand stands in again, as far as its caps let it. */
const endSwap = (question: ShortageQuestion, spot: SpotMemory, swapped: number, deficit: number): Shortage => {
  const failed = Math.min(swapped, deficit);
  const next = scheduled(question, spot, failed > 0);
  const came: Reason[] = failed === swapped ? [] : [{ code: 'fallback-swapped', numbers: { units: swapped - failed } }];
  if (failed === 0) return asItIs(next, ...came);
  const again = allowedStandIn(question, spot.standInUnits, failed);
  const restored = { ...next, standInUnits: spot.standInUnits + again };
  const reasons = [...came, failedReason(question, next, failed)];
  return { spot: restored, unsent: spot, reasons, probedUnits: 0 };
};

/**
 * Follows a probe that is in force. It is kept on until it has come, or EMR has given it up; when more is missing than it
 * asked for, spot is being lost, and there is nothing to look for.
 */
export const judgeProbe = (question: ShortageQuestion, spot: SpotMemory, deficit: number | undefined): Shortage => {
  const { policy, now, view } = question;
  const { at, units: probed, swaps } = spot.probe ?? { at: now, units: 0 };
  const goesOn: Shortage = { ...asItIs(spot), probedUnits: swaps === true ? 0 : probed };
  if (deficit === undefined || view.command?.seen !== true) return goesOn;
  const overdue = now - at >= policy.resize.spotTimeoutMinutes * 60 + PROBE_SLACK_SECONDS;
  const over = deficit === 0 || deficit > probed || overdue || view.gaveUpUnits > 0;
  if (!over) return goesOn;
  return (swaps === true ? endSwap : endProbe)(question, spot, probed, deficit);
};

export interface ProbeQuestion extends ShortageQuestion {
  readonly spot: SpotMemory;
  readonly inForce: Targets;
  /** Why no worker may be removed now, by its code; undefined: nothing speaks against it. */
  obstacle(): string | undefined;
}

interface ProbeStart {
  readonly spot: SpotMemory;
  readonly reasons: readonly Reason[];
}

const isDue = ({ spot, view, now }: ProbeQuestion): boolean =>
  spot.standInUnits > 0 &&
  spot.probe === undefined &&
  spot.deficitSince === undefined &&
  spot.cameUnits === undefined &&
  spot.nextProbeAt !== undefined &&
  now >= spot.nextProbeAt &&
  view.command?.inFlightSince === undefined &&
  view.foreign === undefined;

/**
 * Without room on top a step of on-demand makes room: what it was asked for and does not have, or else workers, and then few
 * and only where the rule for shrinking lets one be removed now.
 */
const startSwap = (question: ProbeQuestion, weight: number): ProbeStart => {
  const { spot, inForce, view, now } = question;
  const missing = missingOnDemand(view);
  const most = missing > 0 ? missing : Math.max(weight, Math.floor(SWAP_SHARE * totalUnits(inForce)));
  const swapped = Math.min(spot.standInUnits, inForce.onDemandUnits, most);
  const why = missing > 0 ? undefined : question.obstacle();
  if (why !== undefined) return { spot, reasons: [{ code: 'fallback-no-room', numbers: { why } }] };
  const standInUnits = spot.standInUnits - swapped;
  return {
    spot: { ...spot, standInUnits, probe: { at: now, units: swapped, swaps: true } },
    reasons: [{ code: 'fallback-swap', numbers: { units: swapped } }],
  };
};

/** Begins a probe where one is due; asked only when nothing else is to be sent. */
export const startProbe = (question: ProbeQuestion): ProbeStart => {
  const { spot, policy, inForce, view, now } = question;
  const idle: ProbeStart = { spot, reasons: [] };
  if (!isDue(question)) return idle;
  const weight = view.fleet?.largestWeightUnits ?? 1;
  const room = policy.capacity.maximumUnits - totalUnits(inForce);
  if (room < 0) return idle;
  const step = Math.max(weight, Math.ceil(PROBE_SHARE * spot.standInUnits));
  const probed = Math.min(room, step, spot.standInUnits);
  if (probed === 0 || !mayProbe(question, inForce, probed)) return startSwap(question, weight);
  return {
    spot: { ...spot, probe: { at: now, units: probed } },
    reasons: [{ code: 'fallback-probe', numbers: { units: probed } }],
  };
};

/** A probe in force leaves a growing load the room up to the maximum. */
export const trimmedProbe = (
  spot: SpotMemory | undefined,
  amount: number,
  maximumUnits: number,
): SpotMemory | undefined => {
  if (spot?.probe === undefined || spot.probe.swaps === true) return spot;
  const kept = Math.min(spot.probe.units, Math.max(0, maximumUnits - amount));
  return kept === 0 ? withoutProbe(spot) : { ...spot, probe: { ...spot.probe, units: kept } };
};

/**
 * How long EMR is to ask for spot: as long as the policy says, but a probe, and what would stand before a fallback that
 * is near, no longer than it must.
 */
export const spotTimeoutSeconds = (
  { policy, standInAt, now }: { readonly policy: Policy; readonly standInAt: number | undefined; readonly now: number },
  spot: SpotMemory | undefined,
): number => {
  const longest = policy.resize.spotTimeoutMinutes * 60;
  const near = standInAt === undefined ? longest : Math.floor((standInAt - now) / 60) * 60;
  return Math.min(longest, Math.max(SHORTEST_TIMEOUT_SECONDS, spot?.probe?.at === now ? 0 : near));
};

/**
 * Notes the spot target that a probe is part of when it is sent; while it is in force already, also the one before, which
 * stays in force if the call fails.
 */
export const sentProbe = (spot: SpotMemory | undefined, before: Targets, sent: Targets): SpotMemory | undefined => {
  if (spot?.probe === undefined) return spot;
  const known = spot.probe.towards === undefined ? [] : [Number(before.spotUnits)];
  return { ...spot, probe: { ...spot.probe, towards: [...known, Number(sent.spotUnits)] } };
};
