/** Which decisions are recorded in full, and proof that a full record replays. */
import type { Decision, Verdict } from './decision.ts';
import type { Memory } from './memory.ts';
import type { Observation, Targets } from './model.ts';
import type { Policy } from './policy/schema.ts';
import { type EpochSeconds, units } from './quantities.ts';
import { REASONS, type Reason, type ReasonCode } from './reasons.ts';

/** A record is full at least so often. */
export const FULL_EVERY_TICKS = 20;

/** Everything that `decide` was given and what it gave. Deciding it again gives the same, bit for bit. */
export interface FullRecord {
  readonly now: EpochSeconds;
  readonly observation: Observation;
  readonly policy: Policy;
  readonly memory: Memory;
  readonly decision: Decision;
}

const signatureOf = (verdict: Verdict, targets: Targets | undefined, reasons: readonly Reason[]): string => {
  const codes = reasons.map((reason) => reason.code).join(' ');
  return `${verdict} ${targets?.onDemandUnits ?? '?'}+${targets?.spotUnits ?? '?'} ${codes}`;
};

/** What a signature was made of. */
export interface Signed {
  readonly verdict: Verdict;
  /** Absent: the fleet was never read. */
  readonly targets?: Targets;
  readonly codes: readonly ReasonCode[];
}

const SIGNATURE = /^(grow|shrink|steady) (?:(\d+)\+(\d+)|\?\+\?)((?: [a-z-]+)*)$/;

/** Verdict, targets and reason codes of the last decision; undefined: nothing was decided yet. */
export const signedOf = ({ record }: Memory): Signed | undefined => {
  const [, verdict, onDemand, spot, codes = ''] = SIGNATURE.exec(record.signature) ?? [];
  if (verdict === undefined) return undefined;
  const targets =
    onDemand === undefined || spot === undefined
      ? {}
      : { targets: { onDemandUnits: units(Number(onDemand)), spotUnits: units(Number(spot)) } };
  const known = codes.split(' ').filter((code): code is ReasonCode => Object.hasOwn(REASONS, code));
  return { verdict: verdict as Verdict, ...targets, codes: known };
};

/** Full when verdict, targets or reason codes differ from the tick before, and every twentieth tick. */
export const recordOf = (
  before: Memory,
  verdict: Verdict,
  targets: Targets | undefined,
  reasons: readonly Reason[],
): { readonly kept: 'full' | 'brief'; readonly memory: Memory['record'] } => {
  const signature = signatureOf(verdict, targets, reasons);
  const full = signature !== before.record.signature || before.record.sinceFull >= FULL_EVERY_TICKS - 1;
  return { kept: full ? 'full' : 'brief', memory: { signature, sinceFull: full ? 0 : before.record.sinceFull + 1 } };
};
