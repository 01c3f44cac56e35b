/**
 * One tick of one cluster: load → observe → decide → save → act → record.
 *
 * The save is the claim: it is conditional on the fence that was read, so of two ticks at once one saves and the other
 * writes nothing and acts on nothing. A tick that will call EMR announces it in the same write, and holds the cluster
 * until the call has ended or the claim expires. The outcome is written after the call; where it is missing, the writer
 * may have died anywhere, and the next tick reads the fleet before it believes its own command.
 */
import { type Decided, decide } from '../core/decide.ts';
import type { ModifyCommand } from '../core/decision.ts';
import { wantsFleetRead } from '../core/fleet-view.ts';
import { wantsFinding } from '../core/found.ts';
import { canBeScaled, type UnlocatedProblem, type UsableIdentity } from '../core/identity.ts';
import { lastLossAt } from '../core/losses.ts';
import type { Finding, FleetState, Observation, WorkloadSample } from '../core/model.ts';
import { type EpochSeconds, epochSeconds } from '../core/quantities.ts';
import type { FullRecord } from '../core/record.ts';
import { settleCommand } from '../core/settle.ts';
import { ofCluster } from '../core/succession.ts';
import type { Clock } from '../ports/clock.ts';
import type { ClusterFinder } from '../ports/cluster-finder.ts';
import { type ClusterStore, type ClusterView, type Fence, FenceLostError } from '../ports/cluster-store.ts';
import { type Fleet, FleetError } from '../ports/fleets.ts';
import type { Journal } from '../ports/journal.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { CallPriority, CallTokens, EmrOperation } from '../ports/tokens.ts';
import type { WorkloadSource } from '../ports/workload.ts';
import { isClaimed, lastCall } from './claimed.ts';
import { keepSpent } from './keep-spent.ts';
import { observePools } from './pools.ts';

/** How long an announced call holds the cluster, from the moment of its announcement. */
export const CLAIM_SECONDS = 12;
/** A call that is not begun with so much of its claim left is not made; its client's own bound is shorter. */
const CALL_SECONDS = 6;

/** One EMR cluster, as EMR shows it. */
export interface EmrSide {
  readonly fleet: Fleet;
  readonly finder: ClusterFinder;
}

export interface ReconcilePorts {
  readonly clock: Clock;
  readonly store: ClusterStore;
  /** Gives the cluster with an id of EMR's. */
  readonly emr: (emrClusterId: string) => EmrSide;
  /** What the settings look for, in words; an identity that was looked for by something else is not used. */
  readonly lookedFor: string;
  readonly tokens: CallTokens;
  readonly journal: Pick<Journal, 'write'>;
  readonly ledger: Pick<Ledger, 'put'>;
  /**
   * Where the sample is read, by the host name of the primary node; undefined from it: it cannot be read for want of that
   * name. Absent: the pushed sample in the table.
   */
  readonly workload?: (primaryHost: string | undefined) => WorkloadSource | undefined;
}

/** How a tick ended. Only `decided` has written anything. */
export type Reconciled =
  | {
      readonly kind: 'decided';
      readonly decided: Decided;
      /** Everything the decision was made of, for those who measure. */
      readonly tick: FullRecord;
      /** The same, where it is recorded in full. */
      readonly record?: FullRecord;
      readonly notice?: string;
    }
  /** The name stands for no cluster that could be scaled; nothing was done. */
  | { readonly kind: 'unlocated'; readonly problem: UnlocatedProblem }
  /** Another writer is calling EMR right now. */
  | { readonly kind: 'claimed' }
  /** Another writer has saved since this tick read. */
  | { readonly kind: 'overtaken' }
  /** The account's budget of EMR calls is spent; nothing was sent, the next tick tries again. */
  | { readonly kind: 'throttled'; readonly operations: readonly EmrOperation[] };

interface Started extends EmrSide {
  readonly ports: ReconcilePorts;
  /** Where the sample is read; undefined: it is the pushed one, or cannot be read. */
  readonly source: WorkloadSource | undefined;
  readonly view: ClusterView;
  readonly memory: ClusterView['memory'];
  readonly now: EpochSeconds;
}

const sampleOf = async ({ ports, source, view }: Started): Promise<WorkloadSample | undefined> =>
  ports.workload === undefined ? view.sample : source?.sample();

/** Longest time for which a loss goes first. */
const LOSS_SECONDS = 300;

/** Nobody knows what a loss took before the fleet was looked at; from then on the cluster is one of many again. */
const hasUnseenLoss = ({ view, memory, now }: Started): boolean => {
  const last = lastLossAt(view.losses);
  return last !== undefined && now - last < LOSS_SECONDS && (memory.fleet === undefined || memory.fleet.readAt <= last);
};

const readRoutinely = async (started: Started, sample: WorkloadSample | undefined): Promise<FleetState | undefined> => {
  const { ports, fleet, view, memory, now } = started;
  if (!wantsFleetRead(memory, view.policy.policy, sample, lastLossAt(view.losses), now)) return undefined;
  const priority: CallPriority = hasUnseenLoss(started) ? 'loss' : memory.fleet === undefined ? 'growth' : 'routine';
  return (await ports.tokens.take(['ListInstanceFleets'], priority, now)) ? fleet.read(now) : undefined;
};

const observe = async (started: Started): Promise<Observation> => {
  const { source, view } = started;
  const sample = await sampleOf(started);
  const fleet = await readRoutinely(started, sample);
  return {
    ...(sample === undefined ? {} : { sample }),
    ...(source?.name === undefined ? {} : { sampleSource: source.name }),
    ...(fleet === undefined ? {} : { fleet }),
    facts: started.fleet.facts(),
    holds: view.holds,
    alarms: view.alarms,
    losses: view.losses,
  };
};

/** A failure is part of what was observed: the core tells it, and asks again later. */
const findingOf = async (finder: ClusterFinder, at: EpochSeconds): Promise<Finding> => {
  try {
    return { kind: 'found', at, engine: await finder.find() };
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    return { kind: 'failed', at, fault: error.fault };
  }
};

/** Asks what the cluster is, where that is not known or was asked long ago. */
const find = async ({ ports, finder, memory, now }: Started): Promise<Finding | undefined> => {
  if (!wantsFinding(memory, now)) return undefined;
  const operations: EmrOperation[] = ['DescribeCluster', 'ListInstanceFleets', 'GetManagedScalingPolicy'];
  return (await ports.tokens.take(operations, 'routine', now)) ? findingOf(finder, now) : undefined;
};

const isUrgent = ({ decision }: Decided): boolean => decision.command !== undefined || decision.needsFleetRead;

const priorityOf = (started: Started, { decision }: Decided): CallPriority => {
  if (hasUnseenLoss(started)) return 'loss';
  const grows = decision.reasons.some(({ code }) => code === 'grow-wanted' || code === 'fallback-on-demand');
  return grows || decision.verdict === 'grow' ? 'growth' : 'shrink';
};

interface Considered {
  readonly observation: Observation;
  readonly decided: Decided;
  /** Operations that were wanted and not granted. */
  readonly refused?: readonly EmrOperation[];
}

/**
 * A first decision. A tick that has nothing to send has time to find out what the cluster is; and nothing is sent to a
 * cluster before that was tried once, because another scaler may be attached. Where nothing is found out, pools are read.
 */
const decideFirst = async (started: Started): Promise<Considered> => {
  const { view, memory, now } = started;
  const { policy } = view.policy;
  const observation = await observe(started);
  const decided = decide(observation, policy, memory, now);
  const found = isUrgent(decided) && memory.found !== undefined ? undefined : await find(started);
  const more = found !== undefined ? { found } : isUrgent(decided) ? {} : await observePools(started, decided.memory);
  if (Object.keys(more).length === 0) return { observation, decided };
  const informed = { ...observation, ...more };
  return { observation: informed, decided: decide(informed, policy, memory, now) };
};

/**
 * Decides; where something is to be sent, the fleet is read first and the decision made anew on what it shows. A tick
 * that has read it already takes what its modify costs, and no more. A modify needs the fleet's id, so where no read has
 * kept one, the fleet is read too.
 */
const consider = async (started: Started): Promise<Considered> => {
  const { ports, fleet, view, memory, now } = started;
  const { policy } = view.policy;
  const { observation, decided: first } = await decideFirst(started);
  const { needsFleetRead, command } = first.decision;
  const isNameless = command !== undefined && first.memory.fleet?.id === undefined;
  const unread = observation.fleet === undefined && (needsFleetRead || isNameless);
  if (!unread && command === undefined) return { observation, decided: first };
  const operations: EmrOperation[] = unread ? ['ListInstanceFleets', 'ModifyInstanceFleet'] : ['ModifyInstanceFleet'];
  if (!(await ports.tokens.take(operations, priorityOf(started, first), now))) {
    return { observation, decided: first, refused: operations };
  }
  if (!unread) return { observation, decided: first };
  const seen = { ...observation, fleet: await fleet.read(now) };
  return { observation: seen, decided: decide(seen, policy, memory, now) };
};

const tickOf = ({ view, memory, now }: Started, { observation, decided }: Considered): FullRecord => ({
  now,
  observation,
  policy: view.policy.policy,
  memory,
  decision: decided.decision,
});

interface Announced {
  readonly fence: Fence;
  readonly claimUntil: EpochSeconds | undefined;
}

const modify = async (
  { ports: { clock }, fleet }: Started,
  command: ModifyCommand,
  fleetId: string | undefined,
  claimUntil: EpochSeconds,
): Promise<void> => {
  if (clock.now() + CALL_SECONDS > claimUntil) {
    throw new Error('saving took so long that the claim is nearly over: nothing was sent, the next tick decides anew');
  }
  await fleet.modify(command, fleetId);
};

/** Makes the announced call and writes down how it ended; a call that failed fails the tick. */
const call = async (
  started: Started,
  { decision, memory }: Decided,
  record: FullRecord | undefined,
  { fence, claimUntil }: Announced,
): Promise<void> => {
  const { ports } = started;
  if (decision.command === undefined || claimUntil === undefined) {
    if (record !== undefined) await ports.journal.write(record, undefined);
    return;
  }
  try {
    await modify(started, decision.command, memory.fleet?.id, claimUntil);
  } catch (error) {
    await ports.journal.write(record, { fence, outcome: 'failed' });
    throw error;
  }
  await ports.journal.write(record, { fence, outcome: 'accepted' });
};

/** What the name stands for, or why a tick makes no sense. */
const usable = ({ identity }: ClusterView, { lookedFor }: ReconcilePorts): UsableIdentity | UnlocatedProblem => {
  if (identity?.lookedFor !== lookedFor) return 'not-located';
  return canBeScaled(identity) ? identity : (identity.problem ?? 'absent');
};

const start = (ports: ReconcilePorts, view: ClusterView, identity: UsableIdentity, now: EpochSeconds): Started => ({
  ports,
  ...ports.emr(identity.emrClusterId),
  source: ports.workload?.(identity.primaryHost),
  view,
  memory: ofCluster(settleCommand(view.memory, lastCall(view)), identity.emrClusterId),
  now,
});

/** Saves, which is the claim; then makes the call and keeps the record. */
const saveAndAct = async (started: Started, considered: Considered): Promise<Reconciled> => {
  const { ports, view, now } = started;
  const { decided } = considered;
  const announces = decided.decision.command !== undefined;
  const claimUntil = announces ? epochSeconds(ports.clock.now() + CLAIM_SECONDS) : undefined;
  let fence: Fence;
  try {
    fence = await ports.store.save(decided.memory, view.fence, now, claimUntil);
  } catch (error) {
    if (error instanceof FenceLostError) return { kind: 'overtaken' };
    throw error;
  }
  const tick = tickOf(started, considered);
  const record = decided.decision.record === 'full' ? tick : undefined;
  await keepSpent(call(started, decided, record, { fence, claimUntil }), ports.ledger, decided.spent);
  const { notice } = view.policy;
  return {
    kind: 'decided',
    decided,
    tick,
    ...(record === undefined ? {} : { record }),
    ...(notice === undefined ? {} : { notice }),
  };
};

/**
 * Runs one tick.
 * @throws what a port throws: a failed tick fails loudly, and the next one finds the intent in memory
 */
export const reconcile = async (ports: ReconcilePorts): Promise<Reconciled> => {
  const now = ports.clock.now();
  const view = await ports.store.load(now);
  if (isClaimed(view, now)) return { kind: 'claimed' };
  const identity = usable(view, ports);
  if (typeof identity === 'string') return { kind: 'unlocated', problem: identity };
  const started = start(ports, view, identity, now);
  const considered = await consider(started);
  if (considered.refused !== undefined) return { kind: 'throttled', operations: considered.refused };
  return saveAndAct(started, considered);
};
