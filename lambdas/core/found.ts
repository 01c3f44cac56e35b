/** What was found out about the cluster's engine: how long it is believed, and when it is asked for again. */
import type { FoundMemory, Memory } from './memory.ts';
import type { Finding, FoundEngine } from './model.ts';
import type { EpochSeconds } from './quantities.ts';
import type { EngineKnowledge } from './safety-mode.ts';

/** A running cluster's configuration hardly ever changes. */
const REFRESH_SECONDS = 6 * 3600;
/** After a failure it is not asked again sooner, and so often while another scaler may be at work. */
const RETRY_SECONDS = 300;
/** What could not be confirmed for so long counts as unknown. */
const BELIEVED_SECONDS = 24 * 3600;

/** Another scaler is attached, and may be taken off again; or somebody set a target, which another scaler does. */
const mayChange = ({ found, foreign }: Memory): boolean =>
  found?.engine?.managedScaling === true || foreign !== undefined;

/** Whether this tick should ask what the cluster is, if it has nothing more urgent to do. */
export const wantsFinding = (memory: Memory, now: EpochSeconds): boolean => {
  const { found } = memory;
  const failedAt = found?.failed?.at;
  if (failedAt !== undefined && now - failedAt < RETRY_SECONDS) return false;
  return found?.at === undefined || now - found.at >= (mayChange(memory) ? RETRY_SECONDS : REFRESH_SECONDS);
};

/** Keeps a finding; a failure leaves standing what was found before. */
export const withFinding = (before: FoundMemory | undefined, finding: Finding | undefined): FoundMemory | undefined => {
  if (finding === undefined) return before;
  if (finding.kind === 'found') return { at: finding.at, engine: finding.engine };
  return { ...before, failed: { at: finding.at, fault: finding.fault } };
};

const hours = (seconds: number): number => Math.floor(seconds / 3600);

const whyUnknown = ({ at, failed }: FoundMemory, now: EpochSeconds): string => {
  const lost = failed === undefined ? 'nobody has asked' : `asking EMR failed: ${failed.fault}`;
  return at === undefined ? lost : `last read ${hours(now - at)} h ago, ${lost}`;
};

/** What is known of the engine in this tick. */
export const engineKnowledge = (found: FoundMemory | undefined, now: EpochSeconds): EngineKnowledge => {
  if (found === undefined) return { unknown: 'EMR was not asked yet' };
  const { at, engine } = found;
  const believed: FoundEngine | undefined = at === undefined || now - at >= BELIEVED_SECONDS ? undefined : engine;
  return believed === undefined ? { unknown: whyUnknown(found, now) } : { engine: believed };
};
