/** Signs of life in the table: the port's contract, and what DynamoDB is told. */
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { DynamoMarkers } from '../../../../lambdas/adapters/dynamo/markers.ts';
import { ACCOUNT_PARTITION, ACCOUNT_SORT } from '../../../../lambdas/contract.ts';
import { epochSeconds } from '../../../../lambdas/core/quantities.ts';
import { FakeMarkers } from '../../../fakes/markers.ts';
import { markersContract } from '../../ports/markers.contract.ts';
import { LocalTables } from './local-table.ts';

let tables: LocalTables;

beforeAll(async () => {
  tables = await LocalTables.start();
});

afterAll(() => tables.stop());

markersContract('in memory', async () => new FakeMarkers());

test('one is left → one write, of an item that DynamoDB expires after a day', async () => {
  const table = await tables.make();
  const sign = { at: epochSeconds(1000.5), marker: 'n' };
  expect(await tables.callsOf(() => new DynamoMarkers(table).leave('tick:vpc', sign))).toEqual(['PutItem']);
  const key = { pk: ACCOUNT_PARTITION, sk: ACCOUNT_SORT.marker('tick:vpc') };
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: key }));
  expect(Item).toEqual({ ...key, at: 1000.5, marker: 'n', expiresAt: 1001 + 86_400 });
});

test('somebody has edited the item → as if it were not there', async () => {
  const table = await tables.make();
  const Item = { pk: ACCOUNT_PARTITION, sk: ACCOUNT_SORT.marker('route'), at: 'soon', marker: 3 };
  await table.client.send(new PutCommand({ TableName: table.name, Item }));
  expect(await new DynamoMarkers(table).last('route', epochSeconds(0))).toBeUndefined();
});
