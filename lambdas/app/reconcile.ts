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
import { wantsFinding, withoutOthers } from '../core/found.ts';
import type { Finding, FleetState, Observation, WorkloadSample } from '../core/model.ts';
import { type EpochSeconds, epochSeconds } from '../core/quantities.ts';
import type { FullRecord } from '../core/record.ts';
import { type LastCall, settleCommand } from '../core/settle.ts';
import type { Clock } from '../ports/clock.ts';
import type { ClusterFinder } from '../ports/cluster-finder.ts';
import { type ClusterStore, type ClusterView, type Fence, FenceLostError } from '../ports/cluster-store.ts';
import { type Fleet, FleetError } from '../ports/fleets.ts';
import type { Journal } from '../ports/journal.ts';
import type { CallPriority, CallTokens, EmrOperation } from '../ports/tokens.ts';
import type { WorkloadSource } from '../ports/workload.ts';

/** How long an announced call holds the cluster, from the moment of its announcement. */
export const CLAIM_SECONDS = 12;
/** A call that is not begun with so much of its claim left is not made; its client's own bound is shorter. */
const CALL_SECONDS = 6;

export interface ReconcilePorts {
  readonly clock: Clock;
  readonly store: ClusterStore;
  readonly fleet: Fleet;
  readonly finder: ClusterFinder;
  readonly tokens: CallTokens;
  readonly journal: Pick<Journal, 'write'>;
  /** Where the sample is read; absent: the pushed one in the table. */
  readonly workload?: WorkloadSource;
}

/** How a tick ended. Only `decided` has written anything. */
export type Reconciled =
  | {
      readonly kind: 'decided';
      readonly decided: Decided;
      /** Present when the decision is recorded in full. */
      readonly record?: FullRecord;
      readonly notice?: string;
    }
  /** Another writer is calling EMR right now. */
  | { readonly kind: 'claimed' }
  /** Another writer has saved since this tick read. */
  | { readonly kind: 'overtaken' }
  /** The account's budget of EMR calls is spent; nothing was sent, the next tick tries again. */
  | { readonly kind: 'throttled'; readonly operations: readonly EmrOperation[] };

interface Started {
  readonly ports: ReconcilePorts;
  readonly view: ClusterView;
  readonly memory: ClusterView['memory'];
  readonly now: EpochSeconds;
}

const lastCall = ({ claim, outcome }: ClusterView): LastCall => {
  if (claim === undefined) return 'none';
  return outcome?.fence === claim.fence ? outcome.outcome : 'unknown';
};

const isClaimed = (view: ClusterView, now: EpochSeconds): boolean =>
  view.claim !== undefined && now < view.claim.until && lastCall(view) === 'unknown';

const sampleOf = async ({ ports, view }: Started): Promise<WorkloadSample | undefined> =>
  ports.workload === undefined ? view.sample : ports.workload.sample();

const hasRecentLoss = ({ view, now }: Started): boolean => {
  const last = view.losses.at(-1);
  return last !== undefined && now - last.at < 300;
};

const readRoutinely = async (started: Started, sample: WorkloadSample | undefined): Promise<FleetState | undefined> => {
  const { ports, view, memory, now } = started;
  if (!wantsFleetRead(memory, view.policy.policy, sample, view.losses.at(-1)?.at, now)) return undefined;
  const priority: CallPriority = hasRecentLoss(started) ? 'loss' : memory.fleet === undefined ? 'growth' : 'routine';
  // Both at once: a read that leads to a modify in the same tick costs one call to the budget.
  const granted = await ports.tokens.take(['ListInstanceFleets', 'ModifyInstanceFleet'], priority, now);
  return granted ? ports.fleet.read(now) : undefined;
};

const observe = async (started: Started): Promise<Observation> => {
  const { ports, view } = started;
  const sample = await sampleOf(started);
  const fleet = await readRoutinely(started, sample);
  return {
    ...(sample === undefined ? {} : { sample }),
    ...(ports.workload?.name === undefined ? {} : { sampleSource: ports.workload.name }),
    ...(fleet === undefined ? {} : { fleet }),
    facts: ports.fleet.facts(),
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
const find = async ({ ports, memory, now }: Started): Promise<Finding | undefined> => {
  if (!wantsFinding(memory, now)) return undefined;
  const granted = await ports.tokens.take(['DescribeCluster', 'ListInstanceFleets'], 'routine', now);
  return granted ? findingOf(ports.finder, now) : undefined;
};

const isUrgent = ({ decision }: Decided): boolean => decision.command !== undefined || decision.needsFleetRead;

const priorityOf = (started: Started, { decision }: Decided): CallPriority => {
  if (hasRecentLoss(started)) return 'loss';
  const grows = decision.reasons.some(({ code }) => code === 'grow-wanted' || code === 'fallback-on-demand');
  return grows || decision.verdict === 'grow' ? 'growth' : 'shrink';
};

interface Considered {
  readonly observation: Observation;
  readonly decided: Decided;
  /** Operations that were wanted and not granted. */
  readonly refused?: readonly EmrOperation[];
}

/** A first decision. A tick that has nothing to send has time to find out what the cluster is. */
const decideFirst = async (started: Started): Promise<Considered> => {
  const { view, memory, now } = started;
  const { policy } = view.policy;
  const observation = await observe(started);
  const decided = decide(observation, policy, memory, now);
  const found = isUrgent(decided) ? undefined : await find(started);
  if (found === undefined) return { observation, decided };
  const informed = { ...observation, found };
  return { observation: informed, decided: decide(informed, policy, memory, now) };
};

/** Decides; where something is to be sent, the fleet is read first and the decision made anew on what it shows. */
const consider = async (started: Started): Promise<Considered> => {
  const { ports, view, memory, now } = started;
  const { policy } = view.policy;
  const { observation, decided: first } = await decideFirst(started);
  const unread = first.decision.needsFleetRead && observation.fleet === undefined;
  if (!unread && first.decision.command === undefined) return { observation, decided: first };
  if (observation.fleet !== undefined) return { observation, decided: first };
  const operations: EmrOperation[] = unread ? ['ListInstanceFleets', 'ModifyInstanceFleet'] : ['ModifyInstanceFleet'];
  if (!(await ports.tokens.take(operations, priorityOf(started, first), now))) {
    return { observation, decided: first, refused: operations };
  }
  if (!unread) return { observation, decided: first };
  const seen = { ...observation, fleet: await ports.fleet.read(now) };
  return { observation: seen, decided: decide(seen, policy, memory, now) };
};

const recordOf = ({ view, memory, now }: Started, { observation, decided }: Considered): FullRecord | undefined =>
  decided.decision.record === 'full'
    ? { now, observation, policy: view.policy.policy, memory, decision: decided.decision }
    : undefined;

interface Announced {
  readonly fence: Fence;
  readonly claimUntil: EpochSeconds | undefined;
}

const modify = async (
  { clock, fleet }: ReconcilePorts,
  command: ModifyCommand,
  claimUntil: EpochSeconds,
): Promise<void> => {
  if (clock.now() + CALL_SECONDS > claimUntil) {
    throw new Error('saving took so long that the claim is nearly over: nothing was sent, the next tick decides anew');
  }
  await fleet.modify(command);
};

/** Makes the announced call and writes down how it ended; a call that failed fails the tick. */
const call = async (
  { ports }: Started,
  { decision }: Decided,
  record: FullRecord | undefined,
  { fence, claimUntil }: Announced,
): Promise<void> => {
  if (decision.command === undefined || claimUntil === undefined) {
    if (record !== undefined) await ports.journal.write(record, undefined);
    return;
  }
  try {
    await modify(ports, decision.command, claimUntil);
  } catch (error) {
    await ports.journal.write(record, { fence, outcome: 'failed' });
    throw error;
  }
  await ports.journal.write(record, { fence, outcome: 'accepted' });
};

/**
 * Runs one tick.
 * @throws what a port throws: a failed tick fails loudly, and the next one finds the intent in memory
 */
export const reconcile = async (ports: ReconcilePorts): Promise<Reconciled> => {
  const now = ports.clock.now();
  const view = await ports.store.load(now);
  if (isClaimed(view, now)) return { kind: 'claimed' };
  const memory = withoutOthers(settleCommand(view.memory, lastCall(view)), ports.finder.clusterId);
  const started: Started = { ports, view, memory, now };
  const considered = await consider(started);
  if (considered.refused !== undefined) return { kind: 'throttled', operations: considered.refused };
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
  const record = recordOf(started, considered);
  await call(started, decided, record, { fence, claimUntil });
  const { notice } = view.policy;
  return {
    kind: 'decided',
    decided,
    ...(record === undefined ? {} : { record }),
    ...(notice === undefined ? {} : { notice }),
  };
};
