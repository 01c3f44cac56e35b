/** What a tick makes of the shortage once it is known how much capacity it goes for: steps on the way back, or none. */
import { approach, splitOf } from './markets.ts';
import type { SpotMemory } from './memory.ts';
import type { Targets } from './model.ts';
import { type Units, units } from './quantities.ts';
import type { Reason } from './reasons.ts';
import { shrunkStandIn } from './shortage.ts';
import { startProbe, trimmedProbe } from './shortage-probe.ts';
import type { Tick } from './tick.ts';

export interface SpotTurn {
  /** What is remembered if this tick's targets are sent, and if they are not. */
  readonly spot: SpotMemory | undefined;
  readonly unsent: SpotMemory | undefined;
  readonly reasons: readonly Reason[];
}

export interface TurnQuestion {
  readonly tick: Tick;
  /** Units that this tick goes for, without a probe. */
  readonly amount: Units;
  /** Units that are wanted now. */
  readonly wanted: Units;
  /** Why no worker may be removed now, by its code. */
  obstacle(): string | undefined;
}

/** Of what probes have brought, what is still above what is wanted: the rest serves the load and replaces nothing. */
const pending = (spot: SpotMemory | undefined, surplus: number): SpotMemory | undefined => {
  if (spot?.cameUnits === undefined) return spot;
  const { cameUnits, ...rest } = spot;
  const left = Math.min(cameUnits, surplus, spot.standInUnits);
  return left > 0 ? { ...rest, cameUnits: left } : rest;
};

const steady = ({ tick, obstacle }: TurnQuestion, spot: SpotMemory | undefined): SpotTurn => {
  const { inForce, rivalledId, view, policy, observation, before, now } = tick;
  const cameUnits = spot?.cameUnits ?? 0;
  if (cameUnits > 0) {
    return { spot, unsent: spot, reasons: [{ code: 'fallback-return-waits', numbers: { units: cameUnits } }] };
  }
  if (spot === undefined || inForce === undefined || rivalledId !== undefined)
    return { spot, unsent: spot, reasons: [] };
  const started = startProbe({ spot, inForce, view, policy, observation, memory: before, obstacle, now });
  return { ...started, unsent: spot };
};

const shrunk = ({ tick, amount }: TurnQuestion, spot: SpotMemory | undefined): Omit<SpotTurn, 'unsent'> => {
  const after = shrunkStandIn(spot, tick.current - amount, tick.view.fleet);
  const given = (spot?.standInUnits ?? 0) - (after?.standInUnits ?? 0);
  return { spot: after, reasons: given > 0 ? [{ code: 'stand-in-given-back', numbers: { units: given } }] : [] };
};

/** A probe begins only when nothing else is to be sent; a growth keeps its room, and a shrink gives stand-ins back. */
export const turnSpot = (question: TurnQuestion): SpotTurn => {
  const { tick, amount, wanted } = question;
  const surplus = Math.max(0, tick.current - wanted);
  const unsent = pending(tick.unsentSpot, surplus);
  const spot = trimmedProbe(pending(tick.spot, surplus), amount, tick.policy.capacity.maximumUnits);
  if (amount < tick.current) return { ...shrunk(question, spot), unsent };
  if (amount > tick.current || tick.spot !== tick.unsentSpot || spot?.probe !== tick.spot?.probe) {
    return { spot, unsent, reasons: [] };
  }
  return steady(question, spot);
};

/** A swap that begins in this tick: it alone lowers on-demand under the same total. */
const isNewSwap = (tick: Tick, { spot, unsent }: SpotTurn): boolean =>
  spot?.probe?.swaps === true && unsent?.probe === undefined && tick.inForce !== undefined;

/** Targets of a tick: towards the policy's mix, on-demand in place of missing spot, and a probe of spot on top. */
export const targetsOf = (tick: Tick, inForce: Targets, amount: Units, turn: SpotTurn): Targets => {
  const { spot } = turn;
  const probed = spot?.probe?.units ?? 0;
  if (isNewSwap(tick, turn)) {
    return { onDemandUnits: units(inForce.onDemandUnits - probed), spotUnits: units(inForce.spotUnits + probed) };
  }
  const standIn = spot?.standInUnits ?? 0;
  // A shrink may leave more above the mix than may stand in: a growth must not add the policy's share on top of that.
  const allowed = amount > tick.current ? Math.min(standIn, tick.policy.markets.fallbackMaximumUnits) : standIn;
  const mix = splitOf(amount, tick.policy, allowed);
  const load: Targets = { ...inForce, spotUnits: units(inForce.spotUnits - tick.probedUnits) };
  const provisioned = tick.view.fresh ? tick.view.fleet?.spot.provisionedUnits : undefined;
  const spotFloor = standIn > 0 && provisioned !== undefined ? provisioned : load.spotUnits;
  const targets = approach(mix, load, spotFloor, provisioned);
  const onTop = spot?.probe?.swaps === true ? 0 : probed;
  return { ...targets, spotUnits: units(targets.spotUnits + onTop) };
};
