/** Writing what a cluster has cost, beside what a tick does. */
import type { DayPart } from '../core/ledger-record.ts';
import type { Ledger } from '../ports/ledger.ts';

const putAll = async (ledger: Pick<Ledger, 'put'>, parts: readonly DayPart[]): Promise<void> => {
  for (const part of parts) await ledger.put(part);
};

/**
 * Waits for what a tick does, and writes beside it what its cluster has cost: money neither holds a call up nor stops it,
 * and what could not be written is written again within the next hour.
 * @throws what the tick's own work threw, what the ledger threw, or both at once
 */
export const keepSpent = async (
  work: Promise<void>,
  ledger: Pick<Ledger, 'put'>,
  parts: readonly DayPart[] = [],
): Promise<void> => {
  const ended = await Promise.allSettled([work, putAll(ledger, parts)]);
  const failures = ended.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
  if (failures.length > 1) throw new AggregateError(failures, failures.map(({ message }) => message).join('; '));
  for (const failure of failures) throw failure;
};
