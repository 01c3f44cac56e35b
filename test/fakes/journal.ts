import type { EpochSeconds } from '../../lambdas/core/quantities.ts';
import type { FullRecord } from '../../lambdas/core/record.ts';
import type { Clock } from '../../lambdas/ports/clock.ts';
import type { CallOutcome } from '../../lambdas/ports/cluster-store.ts';
import type { Journal, JournalEntry } from '../../lambdas/ports/journal.ts';
import type { FakeCluster, FakeTable } from './memory-table.ts';

export class FakeJournal implements Journal {
  readonly #cluster: FakeCluster;
  readonly #retentionDays: number;
  readonly #clock: Clock;

  constructor(table: FakeTable, name: string, retentionDays: number, clock: Clock) {
    this.#cluster = table.cluster(name);
    this.#retentionDays = retentionDays;
    this.#clock = clock;
  }

  async write(record: FullRecord | undefined, outcome: CallOutcome | undefined): Promise<void> {
    if (outcome !== undefined) this.#cluster.outcome = outcome;
    if (record === undefined) return;
    const expires = record.now + this.#retentionDays * 86_400;
    this.#cluster.journal.push({ text: JSON.stringify(record), record, expires });
  }

  async read(from: EpochSeconds, to: EpochSeconds): Promise<readonly JournalEntry[]> {
    return this.#cluster.journal
      .filter(({ record, expires }) => record.now >= from && record.now <= to && expires > this.#clock.now())
      .toSorted((a, b) => a.record.now - b.record.now || a.record.memory.tick - b.record.memory.tick)
      .map(({ text }) => JSON.parse(text) as FullRecord)
      .map((record) => ({ at: record.now, decision: record.decision, record }));
  }
}
