/** The result of a headless run as one JSON document. No wall-clock time enters it: the same seed gives the same bytes. */
import type { Policy } from '../../lambdas/core/policy/schema.ts';
import { STEP_AT_SECONDS } from '../workload/generate-step.ts';
import type { LoadedWorkload } from '../workload/load.ts';
import type { FixedCluster } from './fixed.ts';
import type { RunResult, TargetStep } from './headless.ts';
import type { QueryReport } from './tally.ts';

export interface HeadlessDocument {
  readonly workload: string;
  /** What a reader ought to know of the workload and the run. */
  readonly notes: readonly string[];
  /** Virtual hours until the run was empty. */
  readonly hours: number;
  readonly seed: number;
  /** Work asked for, in core-hours. */
  readonly work: { readonly coreHours: number };
  readonly queries: QueryReport;
  readonly capacity: {
    /** Smallest and largest target. */
    readonly minUnits: number;
    readonly maxUnits: number;
    /** Billed, task workers only, from launch to termination. */
    readonly unitHours: number;
    readonly coreHours: number;
    readonly limits: { readonly min: number; readonly max: number };
  };
  readonly usd: {
    readonly ec2: number;
    readonly emr: number;
    readonly total: number;
    /** The smallest fixed on-demand cluster with at most 3 % late; null when none was found. */
    readonly fixedOnDemand: number | null;
  };
  /** The cluster behind `usd.fixedOnDemand`. */
  readonly fixedCluster: FixedCluster | null;
  readonly resizes: { readonly grow: number; readonly shrink: number };
  /** Instances launched after the start. */
  readonly starts: number;
  /** Generator `step` only: from the step to the call for at least 90 % of the highest target of the next five minutes. */
  readonly reactionSeconds: number | null;
  readonly emrCalls: Readonly<Record<string, number>>;
  /** Reason codes and how many decisions gave them. */
  readonly decisions: Readonly<Record<string, number>>;
}

const REACTION_WINDOW_SECONDS = 300;
const REACTION_SHARE = 0.9;

/** Seconds from a step of demand to the command that answers it; null when no command came within five minutes. */
export const reactionSeconds = (targets: readonly TargetStep[], stepAt: number): number | null => {
  const answers = targets.filter(
    ({ atSeconds }) => atSeconds >= stepAt && atSeconds <= stepAt + REACTION_WINDOW_SECONDS,
  );
  const highest = Math.max(...answers.map((answer) => answer.units));
  const first = answers.find((answer) => answer.units >= REACTION_SHARE * highest);
  return first === undefined ? null : first.atSeconds - stepAt;
};

const sorted = (counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => (a < b ? -1 : 1)));

const unfinished = (result: RunResult): string[] =>
  result.empty ? [] : ['The run was cut two days after the last arrival: some queries never ended.'];

/** Puts a run into its document. */
export const documentOf = (
  workload: LoadedWorkload,
  policy: Policy,
  seed: number,
  result: RunResult,
  fixed: FixedCluster | null,
): HeadlessDocument => {
  const totals = result.targets.map((target) => target.units);
  const { minimumUnits, maximumUnits } = policy.capacity;
  const { bill } = result;
  return {
    workload: workload.name,
    notes: [...workload.notes, ...unfinished(result)],
    hours: result.endSeconds / 3600,
    seed,
    work: { coreHours: workload.queries.reduce((sum, query) => sum + query.cpuSeconds, 0) / 3600 },
    queries: result.tally.report(workload.queries.length),
    capacity: {
      minUnits: Math.min(...totals),
      maxUnits: Math.max(...totals),
      unitHours: bill.unitHours,
      coreHours: bill.coreHours,
      limits: { min: minimumUnits, max: maximumUnits },
    },
    usd: { ec2: bill.ec2Usd, emr: bill.emrUsd, total: bill.ec2Usd + bill.emrUsd, fixedOnDemand: fixed?.usd ?? null },
    fixedCluster: fixed,
    resizes: result.resizes,
    starts: result.starts,
    reactionSeconds: workload.name === 'step' ? reactionSeconds(result.targets, STEP_AT_SECONDS) : null,
    emrCalls: sorted(result.calls),
    decisions: sorted(result.reasons),
  };
};
