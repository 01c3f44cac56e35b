/** Full records of one cluster, compressed, in a partition of their own; and the outcome of its last call. */
import { BatchWriteCommand, type BatchWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { clusterPartition, journalPartition, SORT, TABLE } from '../../contract.ts';
import { type EpochSeconds, epochSeconds } from '../../core/quantities.ts';
import type { FullRecord } from '../../core/record.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CallOutcome } from '../../ports/cluster-store.ts';
import type { Journal, JournalEntry } from '../../ports/journal.ts';
import { outcomeItem } from './cluster-items.ts';
import { isNumber, pack, unpack } from './codec.ts';
import { calling, type Item, queryItems, sortOf, type Table } from './table.ts';

const SECONDS_A_DAY = 86_400;
/** A batch is one call; what DynamoDB leaves of it (a hot partition) is sent again this often at most. */
const MOST_TRIES = 3;
const FIRST_PAUSE_MILLISECONDS = 50;

type Writes = NonNullable<BatchWriteCommandInput['RequestItems']>[string];

export interface JournalSettings {
  readonly cluster: string;
  readonly retentionDays: number;
  /** Tells on reading what has expired. */
  readonly clock: Clock;
  /** Waits before what DynamoDB left of a batch is sent again. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** Milliseconds, as many digits as make them stand in order until the year 33658. */
const timeSort = (at: EpochSeconds): string => String(Math.floor(at * 1000)).padStart(15, '0');

const put = (partition: string, sort: string, item: Item): Writes[number] => ({
  PutRequest: { Item: { [TABLE.partition]: partition, [TABLE.sort]: sort, ...item } },
});

const readEntry = (cluster: string, item: Item): JournalEntry => {
  try {
    const record = unpack(item['record']) as FullRecord;
    return { at: record.now, decision: record.decision, record };
  } catch (error) {
    throw new Error(`record ${sortOf(item)} of cluster ${cluster} cannot be read: delete it`, { cause: error });
  }
};

/** Journal of one cluster. */
export class DynamoJournal implements Journal {
  readonly #table: Table;
  readonly #settings: JournalSettings;

  constructor(table: Table, settings: JournalSettings) {
    this.#table = table;
    this.#settings = settings;
  }

  /**
   * Unconditional. Calls end before their claim does, so outcomes come in the order of their fences; should an old one
   * come late all the same, its fence is not the claim's, and the call counts as unknown, which is safe.
   * @throws Error when DynamoDB did not take all of it, after {@link MOST_TRIES} tries
   */
  async write(record: FullRecord | undefined, outcome: CallOutcome | undefined): Promise<void> {
    const { cluster } = this.#settings;
    const outcomes = outcome === undefined ? [] : [put(clusterPartition(cluster), SORT.outcome, outcomeItem(outcome))];
    const records = record === undefined ? [] : [this.#recordPut(record)];
    const writes = [...outcomes, ...records];
    if (writes.length > 0) await this.#send(writes);
  }

  async read(from: EpochSeconds, to: EpochSeconds): Promise<readonly JournalEntry[]> {
    if (from > to) return [];
    const { cluster, clock } = this.#settings;
    // "~" stands behind every digit and "#": all ticks of the last millisecond are in the range.
    const range = { first: timeSort(from), last: `${timeSort(to)}~` };
    const found = await queryItems(
      this.#table,
      `reading the journal of cluster ${cluster}`,
      journalPartition(cluster),
      range,
    );
    const now = clock.now();
    const kept = found.filter(({ [TABLE.expires]: expires }) => isNumber(expires) && expires > now);
    return kept.map((item) => readEntry(cluster, item)).filter(({ at }) => at >= from && at <= to);
  }

  #recordPut(record: FullRecord): Writes[number] {
    const { cluster, retentionDays } = this.#settings;
    const sort = `${timeSort(record.now)}#${String(record.memory.tick).padStart(9, '0')}`;
    const expires = Math.ceil(epochSeconds(record.now + retentionDays * SECONDS_A_DAY));
    return put(journalPartition(cluster), sort, { record: pack(record), [TABLE.expires]: expires });
  }

  async #send(writes: Writes): Promise<void> {
    const doing = `writing the journal of cluster ${this.#settings.cluster}`;
    let left = writes;
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      if (tries > 0) await this.#settings.pause(FIRST_PAUSE_MILLISECONDS * 2 ** (tries - 1));
      const input = { RequestItems: { [this.#table.name]: left } };
      const answer = await calling(this.#table, doing, () => this.#table.client.send(new BatchWriteCommand(input)));
      left = answer.UnprocessedItems?.[this.#table.name] ?? [];
      if (left.length === 0) return;
    }
    throw new Error(
      `${doing} (table ${this.#table.name}): ${left.length} of ${writes.length} items were left unwritten ${MOST_TRIES} times`,
    );
  }
}
