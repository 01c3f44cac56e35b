import type { Decision } from '../core/decision.ts';
import type { EpochSeconds } from '../core/quantities.ts';
import type { FullRecord } from '../core/record.ts';
import type { CallOutcome } from './cluster-store.ts';

/** One entry as it is read back. */
export interface JournalEntry {
  readonly at: EpochSeconds;
  readonly decision: Decision;
  readonly record: FullRecord;
}

/** Where full records are kept, until they expire. */
export interface Journal {
  /** Keeps a full record and the outcome of an announced call, both in one write; either may be absent. */
  write(record: FullRecord | undefined, outcome: CallOutcome | undefined): Promise<void>;
  /** Entries of a span of time, oldest first; expired ones are not returned. */
  read(from: EpochSeconds, to: EpochSeconds): Promise<readonly JournalEntry[]>;
}
