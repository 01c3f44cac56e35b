/**
 * From the targets that are wanted to a call, or to the reason why none is made. EMR processes resizes one after
 * another, so one is in flight at a time and the newest target waits for it; a fleet that gave up is asked again.
 */
import type { FleetView } from './fleet-view.ts';
import { sameTargets, type Targets, totalUnits } from './model.ts';
import type { Policy } from './policy/schema.ts';
import type { EpochSeconds } from './quantities.ts';
import type { Reason } from './reasons.ts';
import { missingOnDemand } from './shortage-caps.ts';

export interface Action {
  /** Whether the call is to be made. */
  readonly send: boolean;
  /** Whether the fleet must be read before anything can be said about sending. */
  readonly needsFleetRead: boolean;
  readonly reasons: readonly Reason[];
}

const silent = (...reasons: readonly Reason[]): Action => ({ send: false, needsFleetRead: false, reasons });

const MODIFIABLE: ReadonlySet<string> = new Set(['running', 'resizing', 'suspended', 'reconfiguring']);

/** Asking again for the same doubles its wait each time, up to half an hour. */
const LONGEST_RETRY_SECONDS = 1800;

/** On-demand that AWS has not is not there a minute later either. */
const ON_DEMAND_RETRY_SECONDS = 300;

const retryDue = (view: FleetView, policy: Policy, now: EpochSeconds): boolean => {
  const asked = view.command?.askedAgain ?? 0;
  const first = missingOnDemand(view) > 0 ? ON_DEMAND_RETRY_SECONDS : policy.resize.gaveUpAfterSeconds;
  const wait = Math.min(LONGEST_RETRY_SECONDS, Math.max(first, policy.resize.gaveUpAfterSeconds) * 2 ** asked);
  return now - (view.command?.at ?? 0) >= wait;
};

/** Whether the fleet needs the same targets again. */
const repeatReason = (view: FleetView, policy: Policy, now: EpochSeconds, awaited: boolean): Reason | undefined => {
  if (view.fleet === undefined || view.command === undefined || !retryDue(view, policy, now)) return undefined;
  if (view.fleet.status === 'suspended') return { code: 'fleet-suspended', numbers: {} };
  if (view.gaveUpUnits === 0 || awaited) return undefined;
  const sinceSeconds = now - (view.command.missingSince ?? now);
  return { code: 'fleet-gave-up', numbers: { missingUnits: view.gaveUpUnits, sinceSeconds } };
};

const raisesAMarket = (before: Targets, after: Targets): boolean =>
  after.onDemandUnits > before.onDemandUnits || after.spotUnits > before.spotUnits;

/** Whether the command whose resize runs gave capacity back. */
const isShrink = ({ command }: FleetView): boolean =>
  command?.previous !== undefined && totalUnits(command.previous) > totalUnits(command.targets);

/** What does not let a call wait, or forbids it. */
export interface Circumstances {
  /** On-demand is to stand in for spot that was missing for the whole fallback time: this has waited enough. */
  readonly pressing?: boolean;
  /** Removed workers drain still. */
  readonly draining?: boolean;
  /** Another scaler sets the targets of this fleet: nothing is sent, however much it hastes. */
  readonly rivalled?: boolean;
  /** The resize that runs only probes the spot market. */
  readonly probing?: boolean;
  /** On-demand will stand in for missing spot from then on. */
  readonly standInAt?: EpochSeconds;
}

const inFlight = (
  view: FleetView,
  wanted: Targets,
  policy: Policy,
  now: EpochSeconds,
  { draining = false, probing = false }: Circumstances,
): Action | undefined => {
  const since = view.command?.inFlightSince;
  if (since === undefined) return undefined;
  const sinceSeconds = now - since;
  const limitSeconds = policy.markets.fallbackAfterSeconds;
  if (probing && view.command !== undefined && raisesAMarket(view.command.targets, wanted)) {
    return { send: true, needsFleetRead: false, reasons: [{ code: 'growth-behind-probe', numbers: { sinceSeconds } }] };
  }
  // Nothing better can come while removed workers drain: growth that stands behind them loses no time of ours.
  if ((draining || isShrink(view)) && view.command !== undefined && raisesAMarket(view.command.targets, wanted)) {
    return {
      send: true,
      needsFleetRead: false,
      reasons: [{ code: 'growth-behind-shrink', numbers: { sinceSeconds } }],
    };
  }
  if (sinceSeconds < limitSeconds) {
    return silent({ code: 'resize-in-flight', numbers: { sinceSeconds, units: totalUnits(wanted) } });
  }
  const grows = view.command !== undefined && raisesAMarket(view.command.targets, wanted);
  // A shrink gains nothing from standing in EMR's queue, and would block a growth that comes meanwhile.
  if (!grows) return silent({ code: 'resize-in-flight', numbers: { sinceSeconds, units: totalUnits(wanted) } });
  return {
    send: true,
    needsFleetRead: false,
    reasons: [{ code: 'resize-overdue', numbers: { sinceSeconds, limitSeconds } }],
  };
};

const blocked = (view: FleetView, policy: Policy): Action | undefined => {
  if (policy.mode === 'shadow') return silent({ code: 'shadow', numbers: {} });
  if (!view.fresh) return { send: false, needsFleetRead: true, reasons: [{ code: 'fleet-unread', numbers: {} }] };
  const status = view.fleet?.status ?? 'terminated';
  return MODIFIABLE.has(status) ? undefined : silent({ code: 'fleet-not-ready', numbers: { status } });
};

/** EMR's shortest timeout of a resize (emr.md §1.4). */
const SHORTEST_RESIZE_SECONDS = 300;

/** Spot that cannot be had would be waited for in EMR's queue, and on-demand that is about to stand in behind it. */
const awaitsFallback = (
  wanted: Targets,
  { command }: FleetView,
  { standInAt }: Circumstances,
  now: EpochSeconds,
): Reason | undefined => {
  if (standInAt === undefined || command === undefined) return undefined;
  const leftSeconds = standInAt - now;
  const { targets } = command;
  const isMoreSpot = wanted.spotUnits > targets.spotUnits && wanted.onDemandUnits <= targets.onDemandUnits;
  if (!isMoreSpot || leftSeconds <= 0 || leftSeconds >= SHORTEST_RESIZE_SECONDS) return undefined;
  return { code: 'growth-awaits-fallback', numbers: { units: totalUnits(wanted), leftSeconds } };
};

/** Decides whether to send `wanted` to the fleet now. */
export const act = (
  wanted: Targets,
  view: FleetView,
  policy: Policy,
  now: EpochSeconds,
  circumstances: Circumstances = {},
): Action => {
  const { pressing = false, rivalled = false, standInAt } = circumstances;
  if (rivalled) return silent();
  // What somebody else, or an older policy, left above the maximum is not asked for by us.
  if (totalUnits(wanted) > policy.capacity.maximumUnits) return silent();
  const changed = view.command === undefined || !sameTargets(wanted, view.command.targets);
  // A resize of spot alone would stand before the one of on-demand that is about to come.
  const awaited = standInAt !== undefined && standInAt - now < policy.resize.spotTimeoutMinutes * 60;
  const repeat = changed ? undefined : repeatReason(view, policy, now, awaited);
  if (!changed && repeat === undefined) return silent();
  const stop = blocked(view, policy);
  if (stop !== undefined) return stop;
  if (repeat !== undefined) return { send: true, needsFleetRead: false, reasons: [repeat] };
  const awaits = pressing ? undefined : awaitsFallback(wanted, view, circumstances, now);
  if (awaits !== undefined) return silent(awaits);
  if (pressing) return { send: true, needsFleetRead: false, reasons: [] };
  return inFlight(view, wanted, policy, now, circumstances) ?? { send: true, needsFleetRead: false, reasons: [] };
};
