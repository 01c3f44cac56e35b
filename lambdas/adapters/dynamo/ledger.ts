/** What one cluster has cost, a readable item for each part of a day, in a partition of its own. They never expire. */
import { ledgerPartition, ledgerSort } from '../../contract.ts';
import type { DayPart } from '../../core/ledger-record.ts';
import type { Ledger } from '../../ports/ledger.ts';
import { isFields, isNumber, parsed } from './codec.ts';
import { type Item, ifHeld, putItem, queryItems, sortOf, type Table } from './table.ts';

const NUMBERS = [
  'day',
  'from',
  'until',
  'knownSeconds',
  'gapSeconds',
  'usd',
  'unitHours',
  'unpricedUnitHours',
  'flatUnitHours',
  'emrUsd',
  'onDemandUsd',
  'fixedUnitHours',
  'idleUsd',
  'unattributedUsd',
] as const satisfies readonly (keyof DayPart)[];

const isPart = (value: unknown): value is DayPart =>
  isFields(value) &&
  value['version'] === 1 &&
  NUMBERS.every((name) => isNumber(value[name])) &&
  Array.isArray(value['types']) &&
  Array.isArray(value['groups']);

/** Nothing is made up for a record that cannot be read: a sum without it would be too small. */
const readPart = (cluster: string, item: Item): DayPart => {
  const part = parsed(item['part']);
  if (isPart(part)) return part;
  const why =
    isFields(part) && isNumber(part['version']) && part['version'] !== 1 ? 'a newer program wrote it' : 'delete it';
  throw new Error(`the record ${sortOf(item)} of what cluster ${cluster} has cost cannot be read: ${why}`);
};

/** Another tick may have written the same part already, with more in it. */
const notShorter = (until: number) => ({
  ConditionExpression: 'attribute_not_exists(#until) OR #until <= :until',
  ExpressionAttributeNames: { '#until': 'until' },
  ExpressionAttributeValues: { ':until': until },
});

/** {@link Ledger} of one cluster. */
export class DynamoLedger implements Ledger {
  readonly #table: Table;
  readonly #cluster: string;

  constructor(table: Table, cluster: string) {
    this.#table = table;
    this.#cluster = cluster;
  }

  async put(part: DayPart): Promise<void> {
    const key = { partition: ledgerPartition(this.#cluster), sort: ledgerSort(part.day, part.from) };
    const doing = `writing what cluster ${this.#cluster} has cost`;
    const item = { until: part.until, part: JSON.stringify(part) };
    await ifHeld(putItem(this.#table, doing, key, item, notShorter(part.until)));
  }

  async read(first: number, last: number): Promise<readonly DayPart[]> {
    if (first > last) return [];
    // "~" stands behind every digit and "#": all parts of the last day are in the range.
    const range = { first: ledgerSort(first), last: `${ledgerSort(last)}~` };
    const doing = `reading what cluster ${this.#cluster} has cost`;
    const found = await queryItems(this.#table, doing, ledgerPartition(this.#cluster), range, false);
    return found.map((item) => readPart(this.#cluster, item));
  }
}
