/**
 * Demand from the engine's own words: from work, from memory, or from counts where nothing better can be read.
 *
 * Work: with W core-seconds outstanding, d cores of work arriving and a start lag of L, what is left when help comes is
 * `W_L = max(0, W + d·L − what ready and arriving cores will have done by then)`, and the capacity wanted is
 * `d/ρ + b·√(d·c) + W_L/T` (ρ utilisation, c cores one query keeps busy, b head-room, T time to clear). The first and
 * last term are those of the Flink autoscaler; the square-root head-room is Halfin–Whitt staffing with queries of c cores.
 */
import { typicalLag } from './lag.ts';
import { arrivalCores, busyCoresPerQuery, meanWork } from './learn.ts';
import { type Losses, NO_LOSSES } from './losses.ts';
import type { Memory } from './memory.ts';
import type { QueryClassSample, WorkloadSample } from './model.ts';
import type { Policy } from './policy/schema.ts';
import type { EpochSeconds } from './quantities.ts';
import type { Reason } from './reasons.ts';

/** Finished queries after which the mean work of a class is believed. */
const ENOUGH_FINISHED = 1;
/** Arriving capacity later than this many lags is not counted on. */
const OVERDUE_LAGS = 2;
/** Ready cores below this busy share cannot be what a queue waits for. */
const IDLE_SHARE = 0.7;
const IDLE_QUEUE_SECONDS = 60;

export interface DemandTerms {
  readonly workSeconds?: number;
  readonly arrivalCores?: number;
  readonly readyCores?: number;
  readonly arrivingCores?: number;
  readonly lagSeconds?: number;
  /** Units; fractions are rounded up by the caller. */
  readonly workUnits?: number;
  readonly memoryUnits?: number;
  readonly countsUnits?: number;
}

export interface Demand {
  readonly terms: DemandTerms;
  readonly reasons: readonly Reason[];
  readonly idleQueueSince?: EpochSeconds;
}

interface Outstanding {
  readonly workSeconds: number;
  /** The most cores that all live queries together can use. */
  readonly usefulCores: number;
  readonly live: number;
}

/** Cores one query of a class keeps busy: learned, else as parallel as the engine says it is, else one unit. */
const coresOfQuery = (one: QueryClassSample, memory: Memory, coresPerUnit: number): number => {
  const most = one.parallelismCores === undefined || one.live === 0 ? undefined : one.parallelismCores / one.live;
  const learned = busyCoresPerQuery(memory.classes[one.name]);
  const believed = learned ?? most ?? coresPerUnit;
  return Math.max(0.01, most === undefined ? believed : Math.min(believed, most));
};

/** Work left in the live queries of a class: what their mean work leaves, and never less than some seconds of busy cores. */
const workOfClass = (one: QueryClassSample, memory: Memory, policy: Policy, coresEach: number): number => {
  const assumed = one.live * coresEach * policy.demand.liveQuerySeconds;
  const known = memory.classes[one.name];
  const mean = meanWork(known);
  if (known === undefined || mean === undefined || known.workCountDecayed < ENOUGH_FINISHED) return assumed;
  return Math.max(assumed, one.live * mean - one.cpuSecondsUsed);
};

const outstandingOf = (classes: readonly QueryClassSample[], memory: Memory, policy: Policy): Outstanding => {
  let workSeconds = 0;
  let usefulCores = 0;
  let live = 0;
  for (const one of classes) {
    if (one.live === 0) continue;
    const coresEach = coresOfQuery(one, memory, policy.capacity.coresPerUnit);
    workSeconds += workOfClass(one, memory, policy, coresEach);
    usefulCores += Math.max(one.parallelismCores ?? 0, coresEach * one.live);
    live += one.live;
  }
  return { workSeconds, usefulCores, live };
};

/** Cores that one query keeps busy, over all classes; for head-room. */
const typicalQueryCores = (memory: Memory): number => {
  let cpu = 0;
  let live = 0;
  for (const one of Object.values(memory.classes)) {
    cpu += one.busyCpuDecayed;
    live += one.busyLiveDecayed;
  }
  return live < 1 ? 1 : Math.max(1, cpu / live);
};

const headroomOf = (loadCores: number, memory: Memory, policy: Policy): number =>
  policy.demand.headroomFactor * Math.sqrt(loadCores * typicalQueryCores(memory));

/** Capacity on its way: its cores, and since when it is waited for. */
interface Arriving {
  readonly cores: number;
  readonly since: EpochSeconds;
}

/** Cores of the targets that the load may count on: what only probes the spot market may never come. */
const targetedCores = ({ command, spot }: Memory, { capacity }: Policy): number => {
  if (command === undefined) return 0;
  const { onDemandUnits, spotUnits } = command.targets;
  const probing = spot?.probe === undefined || spot.probe.swaps === true ? 0 : spot.probe.units;
  return (onDemandUnits + spotUnits - probing) * capacity.coresPerUnit + capacity.alwaysOnCores;
};

/**
 * Cores asked for that the engine does not have yet, each counted once: those that replace losses, which EMR asks for by
 * itself, and those of the last growth. After two lags without arrival they are not counted on.
 */
const arrivingOf = (
  readyCores: number,
  losses: Losses,
  memory: Memory,
  policy: Policy,
  lag: number,
  now: EpochSeconds,
): Arriving[] => {
  const { command } = memory;
  if (command === undefined) return [];
  let missing = Math.max(0, targetedCores(memory, policy) - readyCores);
  const parts: Arriving[] = [];
  const takes = (cores: number, since: EpochSeconds): void => {
    const part = Math.min(missing, cores);
    if (part <= 0 || now - since > OVERDUE_LAGS * lag) return;
    parts.push({ cores: part, since });
    missing -= part;
  };
  for (const { units, since } of losses.replacements) takes(units * policy.capacity.coresPerUnit, since);
  if (command.grewAt !== undefined) takes(missing, command.grewAt);
  return parts;
};

/** Core-seconds served within one lag from now. */
const servedBeforeHelp = (ready: number, arriving: readonly Arriving[], lag: number, now: EpochSeconds): number => {
  const served = arriving.map(({ cores, since }) => {
    const stillToWait = Math.max(0.1 * lag, lag - (now - since));
    return cores * Math.max(0, lag - stillToWait);
  });
  return served.reduce((sum, one) => sum + one, ready * lag);
};

const fromWork = (
  sample: WorkloadSample,
  memory: Memory,
  policy: Policy,
  now: EpochSeconds,
  queueCounts: boolean,
  drainedCores: number,
  losses: Losses,
): Demand => {
  const { demand, capacity } = policy;
  const ready = Math.max(0, (sample.readyCores ?? 0) - losses.leavingCores) + drainedCores;
  const outstanding = outstandingOf(sample.classes ?? [], memory, policy);
  const arrival = arrivalCores(memory.rate, demand.burstSigmas);
  const lag = typicalLag(memory.lag);
  const arriving = arrivingOf(ready, losses, memory, policy, lag, now);
  const left = Math.max(0, outstanding.workSeconds + arrival * lag - servedBeforeHelp(ready, arriving, lag, now));
  const backlogCores = queueCounts ? Math.min(left / demand.clearBacklogSeconds, outstanding.usefulCores) : 0;
  // One giant query is a flood of arriving work, and yet nothing beyond its parallelism helps it.
  const usable = Math.max(outstanding.usefulCores, memory.rate?.servedCores ?? 0);
  const most = usable / demand.targetUtilisation + headroomOf(usable, memory, policy);
  const wantedCores = Math.min(
    most,
    arrival / demand.targetUtilisation + headroomOf(arrival, memory, policy) + backlogCores,
  );
  const terms = {
    workSeconds: outstanding.workSeconds,
    arrivalCores: arrival,
    readyCores: ready,
    arrivingCores: arriving.reduce((sum, { cores }) => sum + cores, 0),
    lagSeconds: lag,
    workUnits: Math.max(0, wantedCores - capacity.alwaysOnCores) / capacity.coresPerUnit,
  };
  const { workUnits: _workUnits, ...numbers } = terms;
  return { terms, reasons: [{ code: 'demand-work', numbers: { ...numbers, wantedCores } }] };
};

const outstandingQueries = (sample: WorkloadSample): number =>
  (sample.runningQueries ?? 0) + (sample.queuedQueries ?? 0) + (sample.waitingForWorkersQueries ?? 0);

const fromCounts = (sample: WorkloadSample, policy: Policy, queueCounts: boolean): Demand => {
  const { queriesPerUnit } = policy.demand;
  const queries = outstandingQueries(sample) - (queueCounts ? 0 : (sample.queuedQueries ?? 0));
  const alwaysOn = policy.capacity.alwaysOnCores / policy.capacity.coresPerUnit;
  const countsUnits = Math.max(0, queries / queriesPerUnit - alwaysOn);
  const numbers = { outstandingQueries: queries, queriesPerUnit, wantedUnits: Math.ceil(countsUnits) };
  return { terms: { countsUnits }, reasons: [{ code: 'demand-counts', numbers }] };
};

/**
 * What holds the reserved memory at the share that is comfortable, with what queries blocked on memory would reserve.
 * Below that share it asks for no more than is ready, and is a floor for shrinking.
 * @param otherUnits units that are wanted anyway; memory is a reason only above them
 */
const fromMemory = (sample: WorkloadSample, policy: Policy, otherUnits: number): Demand => {
  const { reservedMemoryBytes: reserved, totalMemoryBytes: total, readyCores } = sample;
  if (reserved === undefined || total === undefined || total <= 0 || readyCores === undefined)
    return { terms: {}, reasons: [] };
  const blockedQueries = sample.blockedOnMemoryQueries ?? 0;
  const running = Math.max(1, (sample.runningQueries ?? 1) - blockedQueries);
  const wantedBytes = reserved + (blockedQueries * reserved) / running;
  const reservedShare = reserved / total;
  const wantedCores = (readyCores * wantedBytes) / (policy.demand.memoryShare * total);
  const memoryUnits = Math.max(0, wantedCores - policy.capacity.alwaysOnCores) / policy.capacity.coresPerUnit;
  const reason: Reason = { code: 'demand-memory', numbers: { reservedShare, blockedQueries, wantedCores } };
  return { terms: { memoryUnits }, reasons: memoryUnits > otherUnits ? [reason] : [] };
};

const busyShare = (sample: WorkloadSample, before: Memory, memory: Memory): number | undefined => {
  const [from, to] = [before.rate, memory.rate];
  if (from === undefined || to === undefined || to.at <= from.at || !sample.readyCores) return undefined;
  return (to.cpuSecondsTotal - from.cpuSecondsTotal) / (to.at - from.at) / sample.readyCores;
};

/** Samples may be slower than ticks; the same one again says nothing new of the busy share. */
const isRepeated = (before: Memory, memory: Memory): boolean =>
  memory.rate !== undefined && memory.rate.at === before.rate?.at;

/** A queue that lasts while ready cores idle is a concurrency limit: more workers would not shorten it. */
const idleQueue = (sample: WorkloadSample, before: Memory, memory: Memory): { since?: EpochSeconds; share: number } => {
  const share = busyShare(sample, before, memory);
  const queued = (sample.queuedQueries ?? 0) > 0 && (sample.waitingForWorkersQueries ?? 0) === 0;
  const blocked = (sample.blockedOnMemoryQueries ?? 0) > 0;
  const since = before.idleQueueSince;
  if (queued && !blocked && since !== undefined && share === undefined && isRepeated(before, memory)) {
    return { share: (memory.rate?.servedCores ?? 0) / (sample.readyCores || 1), since };
  }
  if (share === undefined || share >= IDLE_SHARE || !queued || blocked) return { share: share ?? 1 };
  return { share, since: since ?? sample.takenAt };
};

const merged = (...parts: readonly Demand[]): Demand => ({
  terms: Object.assign({}, ...parts.map((part) => part.terms)),
  reasons: parts.flatMap((part) => part.reasons),
});

/**
 * Demand of a believable sample.
 * @param before memory as it was before this sample was learned from
 * @param memory memory that has learned from it
 * @param drainedCores cores of draining workers that count as ready, because they come back at once
 * @param losses what is about to go, and what is being replaced
 */
export const demandOf = (
  sample: WorkloadSample,
  policy: Policy,
  before: Memory,
  memory: Memory,
  now: EpochSeconds,
  drainedCores = 0,
  losses: Losses = NO_LOSSES,
): Demand => {
  const queue = idleQueue(sample, before, memory);
  const limited = queue.since !== undefined && now - queue.since >= IDLE_QUEUE_SECONDS;
  const canReadWork =
    sample.classes !== undefined && sample.cpuSecondsTotal !== undefined && sample.readyCores !== undefined;
  const main = canReadWork
    ? fromWork(sample, memory, policy, now, !limited, drainedCores, losses)
    : fromCounts(sample, policy, !limited);
  const notices: Reason[] = [];
  if (limited) notices.push({ code: 'concurrency-limit', numbers: { busyShare: queue.share } });
  const heldQueries = sample.groupHeldQueries ?? 0;
  if (heldQueries > 0) notices.push({ code: 'group-limit', numbers: { heldQueries } });
  const otherUnits = main.terms.workUnits ?? main.terms.countsUnits ?? 0;
  const demand = merged(main, fromMemory(sample, policy, otherUnits), { terms: {}, reasons: notices });
  return queue.since === undefined ? demand : { ...demand, idleQueueSince: queue.since };
};
