/** No item over 4 KB in the steady state: measured on a simulated office day. */
import { DynamoClusterStore } from '../../../../lambdas/adapters/dynamo/cluster-store.ts';
import { DynamoInbox } from '../../../../lambdas/adapters/dynamo/inbox.ts';
import { DynamoJournal } from '../../../../lambdas/adapters/dynamo/journal.ts';
import { type Item, queryItems, sortOf, type Table } from '../../../../lambdas/adapters/dynamo/table.ts';
import { ACCOUNT_PARTITION, clusterPartition, journalPartition } from '../../../../lambdas/contract.ts';
import { defaultPolicy } from '../../../../lambdas/core/policy/parse.ts';
import { epochSeconds } from '../../../../lambdas/core/quantities.ts';
import type { FullRecord } from '../../../../lambdas/core/record.ts';
import { runHeadless } from '../../../../simulator/run/headless.ts';
import { loadWorkload } from '../../../../simulator/workload/load.ts';
import { DEFAULT_KNOBS } from '../../../../simulator/world/knobs.ts';
import { LocalTables } from './local-table.ts';

const LIMIT_BYTES = 4096;
const DAY = 86_400;
/** Of each kind, so many of the longest are written. */
const LONGEST = 5;
/** DynamoDB: at most 21 bytes for a number. */
const NUMBER_BYTES = 21;

const bytesOf = (value: unknown): number => {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return NUMBER_BYTES;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (Array.isArray(value)) return 3 + value.reduce((sum: number, one) => sum + 1 + bytesOf(one), 0);
  if (typeof value !== 'object' || value === null) return 1;
  return 3 + itemBytes(value as Item);
};

/** As DynamoDB counts: names and values (Developer Guide, "DynamoDB item sizes and formats"). */
const itemBytes = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + bytesOf(value), 0);

const longest = (records: readonly FullRecord[], part: (record: FullRecord) => unknown): FullRecord[] =>
  records
    .map((record) => ({ record, length: JSON.stringify(part(record) ?? null).length }))
    .toSorted((first, second) => second.length - first.length)
    .slice(0, LONGEST)
    .map(({ record }) => record);

const officeDay = async (): Promise<FullRecord[]> => {
  const records: FullRecord[] = [];
  await runHeadless({
    workload: loadWorkload({ generate: 'office', untilSeconds: DAY, seed: 5 }),
    policy: defaultPolicy(),
    knobs: DEFAULT_KNOBS,
    seed: 5,
    untilSeconds: DAY,
    onDecision: (_, record) => {
      if (record !== undefined) records.push(record);
    },
  });
  return records;
};

describe('the items of an office day', () => {
  let tables: LocalTables;
  let table: Table;
  let records: readonly FullRecord[];
  const clock = { now: () => epochSeconds(0) };

  beforeAll(async () => {
    // First: it leaves no time to anything else, and a connection that idles so long is closed.
    records = await officeDay();
    tables = await LocalTables.start();
    table = await tables.make();
    await new DynamoInbox(table).putPolicy('j-1', defaultPolicy(), 'ann', epochSeconds(0));
  }, 120_000);

  afterAll(() => tables.stop());

  /** The largest items by sort key, over all partitions that are given. */
  const sizes = async (...partitions: readonly string[]): Promise<Record<string, number>> => {
    const items = await Promise.all(partitions.map((partition) => queryItems(table, 'measuring', partition)));
    const measured = items.flat().map((item) => [sortOf(item), itemBytes(item)] as const);
    return Object.fromEntries(measured.toSorted(([, first], [, second]) => first - second));
  };

  test('state', async () => {
    const store = new DynamoClusterStore(table, 'j-1', () => '3b8f4a52-5a0c-4d0b-a1f2-0c6f5f1b2c3d');
    let fence = 0;
    for (const { memory, now } of longest(records, (record) => record.memory)) {
      fence = await store.save(memory, fence, now, now);
      const { STATE } = await sizes(clusterPartition('j-1'));
      expect(STATE).toBeGreaterThan(500);
      expect(STATE).toBeLessThanOrEqual(LIMIT_BYTES);
    }
  });

  test('records', async () => {
    const journal = new DynamoJournal(table, {
      cluster: 'j-1',
      retentionDays: 30,
      clock,
      pause: async () => undefined,
    });
    for (const record of longest(records, (one) => one)) await journal.write(record, { fence: 1, outcome: 'accepted' });
    const found = Object.values(await sizes(journalPartition('j-1')));
    expect(found).toHaveLength(LONGEST);
    expect(Math.min(...found)).toBeGreaterThan(500);
    expect(Math.max(...found)).toBeLessThanOrEqual(LIMIT_BYTES);
  });

  test('samples', async () => {
    const inbox = new DynamoInbox(table);
    const times = longest(records, (record) => record.observation.sample).toSorted((a, b) => a.now - b.now);
    for (const { observation } of times) {
      if (observation.sample === undefined) throw new Error('a tick of the simulation without a sample');
      await inbox.putSample('j-1', observation.sample);
      const { SAMPLE } = await sizes(clusterPartition('j-1'));
      expect(SAMPLE).toBeLessThanOrEqual(LIMIT_BYTES);
    }
  });

  test('everything else, the policy with all its defaults written out', async () => {
    const found = await sizes(clusterPartition('j-1'), ACCOUNT_PARTITION);
    expect(Object.keys(found)).toEqual(expect.arrayContaining(['POLICY', 'STATE', 'SAMPLE', 'OUTCOME']));
    expect(Math.max(...Object.values(found))).toBeLessThanOrEqual(LIMIT_BYTES);
  });
});
