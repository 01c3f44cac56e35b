/** What the ledger's items are, and what happens to one that was broken. */
import { DynamoLedger } from '../../../../lambdas/adapters/dynamo/ledger.ts';
import { putItem, queryItems, sortOf, type Table } from '../../../../lambdas/adapters/dynamo/table.ts';
import { ledgerPartition, ledgerSort, TABLE } from '../../../../lambdas/contract.ts';
import { partOf } from '../../ports/ledger.contract.ts';
import { LocalTables } from './local-table.ts';

const DAY = 20_514;
let tables: LocalTables;
let table: Table;
let ledger: DynamoLedger;

beforeAll(async () => {
  tables = await LocalTables.start();
});
beforeEach(async () => {
  table = await tables.make();
  ledger = new DynamoLedger(table, 'prod');
});
afterAll(() => tables.stop());

test('an item is readable where it lies, and never expires', async () => {
  await ledger.put(partOf(DAY, 2));
  const [item, ...more] = await queryItems(table, 'looking', ledgerPartition('prod'));
  expect(more).toEqual([]);
  expect(sortOf(item ?? {})).toBe('DAY#020514#001772416800000');
  expect(JSON.parse(String(item?.['part']))).toEqual(partOf(DAY, 2));
  expect(item).not.toHaveProperty(TABLE.expires);
});

test.each([
  ['no JSON', '{', 'delete it'],
  ['a number that is none', JSON.stringify({ ...partOf(DAY), usd: 'much' }), 'delete it'],
  ['a version of tomorrow', JSON.stringify({ ...partOf(DAY), version: 2 }), 'a newer program wrote it'],
])('%s → reading says which record and what to do, and makes nothing up', async (_, part, told) => {
  await ledger.put(partOf(DAY, 5));
  await putItem(
    table,
    'breaking',
    { partition: ledgerPartition('prod'), sort: ledgerSort(DAY, DAY * 86_400) },
    { part, until: 1 },
  );
  await expect(ledger.read(DAY, DAY)).rejects.toThrow(
    new RegExp(`record DAY#020514#001772409600000 of what cluster prod has cost cannot be read: ${told}`),
  );
});

test('a hundred days with two parts each → all of them', async () => {
  for (let day = 0; day < 100; day += 1) for (const hour of [0, 12]) await ledger.put(partOf(DAY + day, hour));
  await expect(ledger.read(DAY, DAY + 99)).resolves.toHaveLength(200);
  await expect(ledger.read(DAY + 50, DAY + 50)).resolves.toHaveLength(2);
}, 60_000);
