/**
 * How removed workers treat the queries that run on them: what the owner chose, or the safest mode that was found out
 * about the cluster, and why. What AWS and the engines say about it, and what an owner can do: docs/safety-modes.md.
 */
import type { ClusterFacts, FoundEngine } from './model.ts';
import type { Policy } from './policy/schema.ts';
import type { Reason, ReasonCode } from './reasons.ts';

export type ScaleInMode = 'drained' | 'retried' | 'sparing';

/** Draining workers can be called back since this version of Trino (states DRAINING and DRAINED). */
const FIRST_REVERSIBLE_TRINO = 468;

/** Major version of an engine as EMR writes it (`479-amzn-2`); undefined for one that begins with no number. */
const majorVersion = (version: string | undefined): number | undefined => {
  const digits = /^\d+/.exec(version ?? '')?.[0];
  return digits === undefined ? undefined : Number(digits);
};

/**
 * What follows from the engine's settings. A grace counts for PrestoDB only: AWS says that EMR does not decommission Trino
 * gracefully. Retries count when a lost worker costs tasks: retry-policy TASK, which needs an exchange manager.
 * @param facts what is known without asking; what was found replaces of it what is about the engine
 */
export const factsOfEngine = (facts: ClusterFacts, found: FoundEngine): ClusterFacts => {
  const { drainGraceSeconds: _told, ...kept } = facts;
  const { engine, gracefulTimeoutSeconds = 0, retryPolicy, exchangeManager, version } = found;
  const isTrino = engine === 'trino';
  return {
    ...kept,
    ...(engine === 'presto' && gracefulTimeoutSeconds > 0 ? { drainGraceSeconds: gracefulTimeoutSeconds } : {}),
    reversibleDrain: isTrino && (majorVersion(version) ?? 0) >= FIRST_REVERSIBLE_TRINO,
    retriesTasks: isTrino && retryPolicy === 'TASK' && exchangeManager,
  };
};

/** Seconds that a removed worker gets to finish its tasks; 0 when nothing is known. */
export const graceOf = (policy: Policy, facts: ClusterFacts): number =>
  policy.scaleIn.vouchedGraceSeconds ?? facts.drainGraceSeconds ?? 0;

/** A drained worker costs nothing, a lost one its tasks; anything else may cost queries. */
const safestMode = (policy: Policy, facts: ClusterFacts): ScaleInMode => {
  if (graceOf(policy, facts) > 0) return 'drained';
  return facts.retriesTasks ? 'retried' : 'sparing';
};

/** The mode in force: the owner's choice, or the safest that was found out about the cluster. */
export const scaleInMode = (policy: Policy, facts: ClusterFacts): ScaleInMode =>
  policy.scaleIn.mode === 'auto' ? safestMode(policy, facts) : policy.scaleIn.mode;

/** What is known of the engine: as it was found, or why it is not known. */
export type EngineKnowledge = { readonly engine: FoundEngine } | { readonly unknown: string };

const NAMES: Readonly<Record<FoundEngine['engine'], string>> = { presto: 'Presto', trino: 'Trino', none: '' };

const nameOf = ({ engine, version }: FoundEngine): string =>
  version === undefined ? NAMES[engine] : `${NAMES[engine]} ${version}`;

const sparingTrino = (found: FoundEngine): Reason => {
  const engine = nameOf(found);
  if (found.retryPolicy === 'TASK') return { code: 'mode-sparing-no-exchange', numbers: { engine } };
  if (found.retryPolicy === 'QUERY') return { code: 'mode-sparing-query-retries', numbers: { engine } };
  const timeoutSeconds = found.gracefulTimeoutSeconds ?? 0;
  if (timeoutSeconds > 0) return { code: 'mode-sparing-trino-grace', numbers: { engine, timeoutSeconds } };
  return { code: 'mode-sparing-trino', numbers: { engine } };
};

const whySparing = (known: EngineKnowledge): Reason => {
  if ('unknown' in known) return { code: 'mode-sparing-unknown', numbers: { why: known.unknown } };
  const { engine } = known;
  if (engine.unreadable.length > 0)
    return { code: 'mode-sparing-unreadable', numbers: { settings: engine.unreadable.join('; ') } };
  if (engine.engine === 'none') return { code: 'mode-sparing-no-engine', numbers: {} };
  return engine.engine === 'trino'
    ? sparingTrino(engine)
    : { code: 'mode-sparing-presto', numbers: { engine: nameOf(engine) } };
};

const whySafest = (mode: ScaleInMode, policy: Policy, facts: ClusterFacts, known: EngineKnowledge): Reason => {
  if (mode === 'retried') return { code: 'mode-retried', numbers: {} };
  if (mode === 'sparing') return whySparing(known);
  const vouched = policy.scaleIn.vouchedGraceSeconds !== undefined;
  return {
    code: vouched ? 'mode-drained-vouched' : 'mode-drained',
    numbers: { graceSeconds: graceOf(policy, facts) },
  };
};

/** The owner's word stands, also against what was found. */
const whyChosen = (mode: ScaleInMode, found: ScaleInMode, facts: ClusterFacts): Reason => ({
  code: mode === 'retried' && !facts.retriesTasks ? 'mode-retried-unfounded' : 'mode-chosen',
  numbers: { mode, found },
});

/** The mode in force with its reason. */
export interface SafetyMode {
  readonly mode: ScaleInMode;
  readonly reason: Reason;
}

/** @param facts what is known and what follows from what was found */
export const safetyMode = (policy: Policy, facts: ClusterFacts, known: EngineKnowledge): SafetyMode => {
  const mode = scaleInMode(policy, facts);
  const safest = safestMode(policy, facts);
  const chosen = policy.scaleIn.mode !== 'auto';
  return { mode, reason: chosen ? whyChosen(mode, safest, facts) : whySafest(mode, policy, facts, known) };
};

/** The mode as it was in the tick before. */
export interface ModeMemory {
  readonly mode: ScaleInMode;
  readonly code: ReasonCode;
}

/**
 * What a tick tells of the mode: that it changed, and the mode with its reason when it did or when a shrink is considered.
 * @param before absent in the first tick, which changes nothing
 */
export const tellMode = (before: ModeMemory | undefined, now: SafetyMode, shrinkConsidered: boolean): Reason[] => {
  const { mode, reason } = now;
  if (before !== undefined && before.mode !== mode) {
    return [{ code: 'mode-changed', numbers: { from: before.mode, to: mode } }, reason];
  }
  const anotherReason = before !== undefined && before.code !== reason.code;
  return anotherReason || shrinkConsidered ? [reason] : [];
};
