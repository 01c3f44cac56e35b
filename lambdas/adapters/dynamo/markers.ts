/** Signs of life of the ways through the system: one item a path, in the account's partition. */
import { ACCOUNT_PARTITION, ACCOUNT_SORT, TABLE } from '../../contract.ts';
import { type EpochSeconds, epochSeconds } from '../../core/quantities.ts';
import type { Markers, Path, SignOfLife } from '../../ports/markers.ts';
import { isNumber } from './codec.ts';
import { getItem, type Key, putItem, type Table } from './table.ts';

const DAY = 86_400;

const keyOf = (path: Path): Key => ({ partition: ACCOUNT_PARTITION, sort: ACCOUNT_SORT.marker(path) });

/** {@link Markers} of one environment's table. */
export class DynamoMarkers implements Markers {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async leave(path: Path, { at, marker }: SignOfLife): Promise<void> {
    await putItem(this.#table, `leaving a sign of life of ${path}`, keyOf(path), {
      at,
      ...(marker === undefined ? {} : { marker }),
      [TABLE.expires]: Math.ceil(at) + DAY,
    });
  }

  async last(path: Path, now: EpochSeconds): Promise<SignOfLife | undefined> {
    const item = await getItem(this.#table, `reading the sign of life of ${path}`, keyOf(path));
    if (item === undefined || !isNumber(item['at']) || item['at'] + DAY <= now) return undefined;
    const marker = item['marker'];
    return { at: epochSeconds(item['at']), ...(typeof marker === 'string' ? { marker } : {}) };
  }
}
