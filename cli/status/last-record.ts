/** The last full record of a cluster: the journal has no end to begin from, so it is looked for further and further back. */
import { epochSeconds } from '../../lambdas/core/quantities.ts';
import type { Journal, JournalEntry } from '../../lambdas/ports/journal.ts';

const MINUTE = 60;
const DAY = 86_400;
/** Usually there is one in the last five minutes. */
const SPANS_SECONDS = [10 * MINUTE, 2 * 60 * MINUTE, DAY, 30 * DAY] as const;

/**
 * The last record at or before a time.
 * @param furthestSeconds how far back it is looked for
 */
export const lastRecord = async (
  journal: Pick<Journal, 'read'>,
  at: number,
  furthestSeconds: number = SPANS_SECONDS[3],
): Promise<JournalEntry | undefined> => {
  let until = at;
  for (const span of SPANS_SECONDS.filter((seconds) => seconds <= furthestSeconds)) {
    const from = at - span;
    const last = (await journal.read(epochSeconds(from), epochSeconds(until))).at(-1);
    if (last !== undefined) return last;
    until = from;
  }
  return undefined;
};
