/** Why a cluster has the size it has: a full record, and what came of it. */
import type { Decision, ModifyCommand, Terms } from '../../lambdas/core/decision.ts';
import type { Memory } from '../../lambdas/core/memory.ts';
import { type Hold, type Targets, totalUnits } from '../../lambdas/core/model.ts';
import type { Policy } from '../../lambdas/core/policy/schema.ts';
import type { ClusterView } from '../../lambdas/ports/cluster-store.ts';
import type { JournalEntry } from '../../lambdas/ports/journal.ts';
import { saidReason } from '../program/reason-text.ts';
import { clusterStatus } from '../status/cluster-status.ts';
import type { Problem } from '../status/problems.ts';
import { type Section, sectionOf } from './sections.ts';
import { type Wait, waitsOf } from './waits.ts';

/** A decision after the one that is explained. */
export interface Later {
  readonly at: number;
  readonly verdict: Decision['verdict'];
  readonly fromUnits: number | null;
  readonly toUnits: number | null;
  readonly sent: boolean;
  /** Its last reason. */
  readonly sentence: string;
}

/** The shape of `prestoscale explain --json`. */
export interface Explanation {
  readonly cluster: string;
  /** When the explained decision was made, and when this was asked; epoch seconds. */
  readonly at: number;
  readonly now: number;
  readonly mode: Policy['mode'];
  readonly verdict: Decision['verdict'];
  readonly before: Targets | null;
  readonly targets: Targets | null;
  readonly terms: Terms;
  readonly reasons: readonly {
    readonly code: string;
    readonly section: Section;
    readonly sentence: string;
    readonly numbers: Readonly<Record<string, number | string>>;
  }[];
  readonly holds: readonly Hold[];
  /** What was sent to EMR, and how the call ended; `unknown`: nobody has written that down, or it is long ago. */
  readonly sent: (ModifyCommand & { readonly outcome: 'accepted' | 'failed' | 'unknown' }) | null;
  /** Ticks since with the same verdict, targets and reason codes; null when there is a later record. */
  readonly sameTicks: number | null;
  readonly lastTickAt: number | null;
  readonly later: readonly Later[];
  readonly waitsFor: readonly Wait[];
  readonly problems: readonly Problem[];
}

/** The latest decision has its call's outcome in the table; of older ones what followed tells. */
const outcomeOf = ({ claim, outcome }: ClusterView): 'accepted' | 'failed' | 'unknown' =>
  claim !== undefined && outcome?.fence === claim.fence ? outcome.outcome : 'unknown';

const sentOf = (decision: Decision, view: ClusterView, memory: Memory): Explanation['sent'] => {
  const { command } = decision;
  if (command === undefined) return null;
  // Memory of a later tick has settled it.
  const settled = memory.command?.at === decision.at && memory.command.accepted === true;
  return { ...command, outcome: settled ? 'accepted' : memory.at === decision.at ? outcomeOf(view) : 'unknown' };
};

const unitsOf = (targets: Targets | undefined): number | null => (targets === undefined ? null : totalUnits(targets));

const laterOf = ({ at, decision }: JournalEntry): Later => {
  const last = decision.reasons.at(-1);
  return {
    at,
    verdict: decision.verdict,
    fromUnits: unitsOf(decision.before),
    toUnits: unitsOf(decision.targets),
    sent: decision.command !== undefined,
    sentence: last === undefined ? '' : saidReason(last),
  };
};

/**
 * Explains a decision.
 * @param later records that came after it, oldest first
 */
export const explanationOf = (
  cluster: string,
  { record, decision, at }: JournalEntry,
  later: readonly JournalEntry[],
  view: ClusterView,
  now: number,
): Explanation => {
  const isLatest = later.length === 0;
  const memory = isLatest ? view.memory : record.memory;
  return {
    cluster,
    at,
    now,
    mode: record.policy.mode,
    verdict: decision.verdict,
    before: decision.before ?? null,
    targets: decision.targets ?? null,
    terms: decision.terms,
    reasons: decision.reasons.map((reason) => ({
      code: reason.code,
      section: sectionOf(reason.code),
      sentence: saidReason(reason),
      numbers: reason.numbers,
    })),
    holds: record.observation.holds,
    sent: sentOf(decision, view, view.memory),
    sameTicks: isLatest ? view.memory.record.sinceFull : null,
    lastTickAt: view.memory.at ?? null,
    later: later.map(laterOf),
    waitsFor: waitsOf(cluster, record, memory),
    problems: clusterStatus(cluster, view, later.at(-1) ?? { record, decision, at }, now).problems,
  };
};
