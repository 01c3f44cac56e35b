import type { DayPart } from '../core/ledger-record.ts';

/** Where it is kept what clusters have cost. Nothing expires: a year is some hundred small items. */
export interface Ledger {
  /**
   * Keeps a part of a day. One of the same day and `from` is replaced, unless it reaches further: writing one twice, late
   * or in any order is harmless.
   */
  put(part: DayPart): Promise<void>;
  /**
   * The parts of a span of days, oldest first.
   * @param first day in days since 1970; both ends belong to the span
   * @throws Error that names a record that cannot be read, and says what to do
   */
  read(first: number, last: number): Promise<readonly DayPart[]>;
}
