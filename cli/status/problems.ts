/** What is wrong with a cluster, as somebody on call has to know it. */
import { problemSentence } from '../../lambdas/core/identity.ts';
import type { ClusterView } from '../../lambdas/ports/cluster-store.ts';
import { spanText } from '../program/text.ts';

/** A code that does not change its meaning, and a sentence that says what to do. */
export interface Problem {
  readonly code:
    | 'no-policy'
    | 'policy-notice'
    | 'identity'
    | 'managed-scaling'
    | 'never-ticked'
    | 'not-ticking'
    | 'no-sample'
    | 'stale-sample'
    | 'at-maximum'
    | 'call-failed';
  readonly sentence: string;
}

/** As the alert PrestoscaleLoopNotRunning. */
const LONGEST_SILENCE_SECONDS = 180;

/** What the problems are told from. */
export interface Judged {
  readonly view: ClusterView;
  readonly now: number;
  readonly sampleAgeSeconds: number | null;
  readonly waitingQueries: number | null;
  readonly targetUnits: number | null;
}

type Judge = (judged: Judged) => Problem | undefined;

const identity: Judge = ({ view }) =>
  view.identity?.problem === undefined
    ? undefined
    : { code: 'identity', sentence: `It cannot be scaled: ${problemSentence(view.identity.problem, view.identity)}.` };

const managedScaling: Judge = ({ view }) =>
  view.memory.found?.engine?.managedScaling === true
    ? {
        code: 'managed-scaling',
        sentence:
          'EMR’s managed scaling is attached and sets the same targets: remove it (aws emr remove-managed-scaling-policy).',
      }
    : undefined;

const notice: Judge = ({ view }) =>
  view.policy.notice === undefined ? undefined : { code: 'policy-notice', sentence: `${view.policy.notice}.` };

const ticks: Judge = ({ view, now }) => {
  const { at } = view.memory;
  // Nobody ticks what cannot be scaled, and that has been told.
  if (view.identity?.problem !== undefined) return undefined;
  if (at === undefined)
    return { code: 'never-ticked', sentence: 'No tick has come to its end yet: does dispatch run?' };
  if (now - at <= LONGEST_SILENCE_SECONDS) return undefined;
  const sentence = `No tick for ${spanText(now - at)}: docs/runbook.md#prestoscaleloopnotrunning.`;
  return { code: 'not-ticking', sentence };
};

const sample: Judge = ({ view, sampleAgeSeconds }) => {
  const { signal, mode } = view.policy.policy;
  const isNotAsked = signal.source === 'alarms' || mode === 'paused' || view.identity?.problem !== undefined;
  if (isNotAsked || view.memory.at === undefined) return undefined;
  if (sampleAgeSeconds === null)
    return {
      code: 'no-sample',
      sentence: 'No sample was ever had: nothing shrinks. Does the exporter run (docs/samples.md)?',
    };
  if (sampleAgeSeconds <= signal.staleAfterSeconds) return undefined;
  const sentence = `The newest sample is ${spanText(sampleAgeSeconds)} old: nothing shrinks (docs/runbook.md#prestoscalesignalstale).`;
  return { code: 'stale-sample', sentence };
};

const maximum: Judge = ({ view, waitingQueries, targetUnits }) => {
  const { maximumUnits } = view.policy.policy.capacity;
  if ((waitingQueries ?? 0) === 0 || (targetUnits ?? 0) < maximumUnits) return undefined;
  const sentence = `${waitingQueries} queries wait at the maximum of ${maximumUnits} units.`;
  return { code: 'at-maximum', sentence };
};

const call: Judge = ({ view: { claim, outcome } }) =>
  claim !== undefined && outcome?.fence === claim.fence && outcome.outcome === 'failed'
    ? {
        code: 'call-failed',
        sentence: 'The last call to EMR failed: the log of reconcile tells why; the next tick tries again.',
      }
    : undefined;

const JUDGES: readonly Judge[] = [identity, managedScaling, notice, ticks, sample, maximum, call];

/** Everything that is wrong, worst first. */
export const problemsOf = (judged: Judged): readonly Problem[] => JUDGES.flatMap((judge) => judge(judged) ?? []);
