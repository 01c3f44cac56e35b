/** What is on record of a cluster's money, up to this moment. */
import { type DayPart, recordOfPart } from '../../lambdas/core/ledger-record.ts';
import type { Memory } from '../../lambdas/core/memory.ts';
import { EXIT, failureOf } from '../program/exit.ts';
import type { Target } from '../target/target.ts';

export interface Records {
  readonly parts: readonly DayPart[];
  /** Why what was spent since the last write may be missing. */
  readonly notice?: string;
}

const livePartsOf = ({ account }: Memory): DayPart[] =>
  account === undefined
    ? []
    : [account.closed, account.part].flatMap((part) => (part === undefined ? [] : [recordOfPart(part)]));

/** The ledger is written every hour; memory knows of the time since. */
const liveParts = async (target: Target, cluster: string): Promise<Records> => {
  try {
    return { parts: livePartsOf((await target.view(cluster)).memory) };
  } catch (error) {
    const { code, text } = failureOf(error);
    if (code === EXIT.unreachable) throw error;
    return { parts: [], notice: `What was spent since the last hourly record is not known: ${text}` };
  }
};

const furthest = (parts: readonly DayPart[]): readonly DayPart[] => {
  const byStart = new Map<number, DayPart>();
  for (const part of parts) {
    const known = byStart.get(part.from);
    if (known === undefined || known.until <= part.until) byStart.set(part.from, part);
  }
  return [...byStart.values()].toSorted((one, other) => one.from - other.from);
};

/**
 * The parts of a span of days.
 * @param first day in days since 1970; both ends belong to the span
 */
export const recordsOf = async (target: Target, cluster: string, first: number, last: number): Promise<Records> => {
  const [kept, live] = await Promise.all([target.ledger(cluster).read(first, last), liveParts(target, cluster)]);
  const parts = [...kept, ...live.parts].filter(({ day }) => day >= first && day <= last);
  return { ...live, parts: furthest(parts) };
};
