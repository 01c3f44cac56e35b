/** One cluster as it is now. */
import type { Verdict } from '../../lambdas/core/decision.ts';
import type { Hold, WorkloadSample } from '../../lambdas/core/model.ts';
import { totalUnits } from '../../lambdas/core/model.ts';
import type { Policy } from '../../lambdas/core/policy/schema.ts';
import type { ReasonCode } from '../../lambdas/core/reasons.ts';
import { signedOf } from '../../lambdas/core/record.ts';
import type { ClusterView } from '../../lambdas/ports/cluster-store.ts';
import type { JournalEntry } from '../../lambdas/ports/journal.ts';
import { saidReason } from '../program/reason-text.ts';
import { type Problem, problemsOf } from './problems.ts';

/** The shape of `prestoscale status --json`, one of these a cluster. What is not known is null. */
export interface ClusterStatus {
  readonly cluster: string;
  /** EMR's id. */
  readonly emrClusterId: string | null;
  readonly mode: Policy['mode'] | null;
  readonly policyVersion: number | null;
  /** When the last tick came to its end, epoch seconds. */
  readonly lastTickAt: number | null;
  /** Of that tick; in mode shadow what it would have been. */
  readonly verdict: Verdict | null;
  /** What the fleet is asked for. */
  readonly targetUnits: number | null;
  /** In mode shadow: what it would be asked for. */
  readonly shadowUnits: number | null;
  readonly readyUnits: number | null;
  /** Asked for and not ready. */
  readonly arrivingUnits: number | null;
  readonly drainingUnits: number | null;
  /** Queued or waiting for workers; those held by a resource group’s own limit are not in it. */
  readonly waitingQueries: number | null;
  readonly sampleAgeSeconds: number | null;
  /** The last reason of the last record in full. */
  readonly reason: { readonly code: ReasonCode; readonly sentence: string } | null;
  readonly holds: readonly Hold[];
  readonly problems: readonly Problem[];
}

const UNKNOWN = {
  emrClusterId: null,
  mode: null,
  policyVersion: null,
  lastTickAt: null,
  verdict: null,
  targetUnits: null,
  shadowUnits: null,
  readyUnits: null,
  arrivingUnits: null,
  drainingUnits: null,
  waitingQueries: null,
  sampleAgeSeconds: null,
  reason: null,
  holds: [],
} as const;

/** A cluster that cannot be read is told as a problem, and the others go on. */
export const unreadStatus = (cluster: string, sentence: string): ClusterStatus => ({
  cluster,
  ...UNKNOWN,
  problems: [{ code: 'no-policy', sentence }],
});

const orNull = <Value>(value: Value | undefined): Value | null => value ?? null;

/** A pushed sample is in the table; of one that is read by the tick the last record has a copy. */
const sampleOf = (view: ClusterView, last: JournalEntry | undefined): WorkloadSample | undefined => {
  const recorded = last?.record.observation.sample;
  const { sample } = view;
  if (sample === undefined || recorded === undefined) return sample ?? recorded;
  return sample.takenAt >= recorded.takenAt ? sample : recorded;
};

const waitingOf = (sample: WorkloadSample | undefined): number | null =>
  sample?.queuedQueries === undefined && sample?.waitingForWorkersQueries === undefined
    ? null
    : (sample.queuedQueries ?? 0) + (sample.waitingForWorkersQueries ?? 0);

/** Memory knows which sample it learned from last, also where samples are not kept in the table. */
const sampleAge = (view: ClusterView, sample: WorkloadSample | undefined, now: number): number | null => {
  const known = [sample?.takenAt, view.memory.rate?.at].filter((at) => at !== undefined);
  return known.length === 0 ? null : Math.max(0, now - Math.max(...known));
};

const targetOf = ({
  memory,
  policy,
}: ClusterView): { readonly target: number | null; readonly shadow: number | null } => {
  const signed = signedOf(memory)?.targets;
  const decided = signed === undefined ? null : totalUnits(signed);
  const { fleet } = memory;
  const asked = fleet === undefined ? null : fleet.onDemand.targetUnits + fleet.spot.targetUnits;
  return policy.policy.mode === 'shadow'
    ? { target: asked, shadow: decided }
    : { target: decided ?? asked, shadow: null };
};

const unitsOf = (view: ClusterView, cores: number | undefined): number | null =>
  cores === undefined ? null : Math.max(0, cores) / view.policy.policy.capacity.coresPerUnit;

const readyOf = (view: ClusterView): number | null => {
  const cores = view.memory.shown?.readyCores;
  return cores === undefined ? null : unitsOf(view, cores - view.policy.policy.capacity.alwaysOnCores);
};

const reasonOf = (last: JournalEntry | undefined): ClusterStatus['reason'] => {
  const reason = last?.decision.reasons.at(-1);
  return reason === undefined ? null : { code: reason.code, sentence: saidReason(reason) };
};

/** @param last the last record in full */
export const clusterStatus = (
  cluster: string,
  view: ClusterView,
  last: JournalEntry | undefined,
  now: number,
): ClusterStatus => {
  const sample = sampleOf(view, last);
  const { target, shadow } = targetOf(view);
  const ready = readyOf(view);
  const waitingQueries = waitingOf(sample);
  const sampleAgeSeconds = sampleAge(view, sample, now);
  return {
    cluster,
    emrClusterId: orNull(view.identity?.emrClusterId),
    mode: view.policy.policy.mode,
    policyVersion: view.policy.version,
    lastTickAt: orNull(view.memory.at),
    verdict: orNull(signedOf(view.memory)?.verdict),
    targetUnits: target,
    shadowUnits: shadow,
    readyUnits: ready,
    arrivingUnits: target === null || ready === null ? null : Math.max(0, target - ready),
    drainingUnits: unitsOf(view, view.memory.shown?.drainingCores),
    waitingQueries,
    sampleAgeSeconds,
    reason: reasonOf(last),
    holds: view.holds,
    problems: problemsOf({ view, now, sampleAgeSeconds, waitingQueries, targetUnits: target }),
  };
};
