/** What the budget costs in calls, and what it does when others take at the same time. */
import { putItem, type Table } from '../../../../lambdas/adapters/dynamo/table.ts';
import { DynamoCallTokens } from '../../../../lambdas/adapters/dynamo/tokens.ts';
import { ACCOUNT_PARTITION, ACCOUNT_SORT } from '../../../../lambdas/contract.ts';
import type { EmrOperation } from '../../../../lambdas/ports/tokens.ts';
import { at, NOON } from '../../core/builders.ts';
import { LocalTables } from './local-table.ts';

const LIST: EmrOperation = 'ListInstanceFleets';
const MODIFY: EmrOperation = 'ModifyInstanceFleet';

let tables: LocalTables;
let table: Table;

beforeAll(async () => {
  tables = await LocalTables.start();
});

afterAll(() => tables.stop());

beforeEach(async () => {
  table = await tables.make();
});

test('one call a taking, in any order of operations and rests', async () => {
  const tokens = new DynamoCallTokens(table);
  const steps: [readonly EmrOperation[], number][] = [
    [[LIST], 0],
    [[LIST, MODIFY], 0],
    [[MODIFY], 1],
    [[LIST, MODIFY], 60],
    [[LIST, MODIFY], 61],
    [[LIST], 3600],
  ];
  for (const [operations, seconds] of steps) {
    const take = async () => expect(await tokens.take(operations, 'loss', at(seconds))).toBe(true);
    await expect(tables.callsOf(take)).resolves.toEqual(['UpdateItem']);
  }
});

test('spent as far as is known → refused without a call', async () => {
  const tokens = new DynamoCallTokens(table);
  for (let taken = 0; taken < 5; taken += 1) await tokens.take([LIST], 'loss', at(0));
  const take = async () => expect(await tokens.take([LIST], 'loss', at(1))).toBe(false);
  await expect(tables.callsOf(take)).resolves.toEqual([]);
});

test('a new process while others take → it learns that in two calls more', async () => {
  await new DynamoCallTokens(table).take([LIST], 'loss', at(0));
  const take = async () => expect(await new DynamoCallTokens(table).take([LIST], 'loss', at(1))).toBe(true);
  await expect(tables.callsOf(take)).resolves.toEqual(['UpdateItem', 'GetItem', 'UpdateItem']);
});

test('two processes in a busy account take by turns → they do not refuse each other’s writes', async () => {
  const [first, second] = [new DynamoCallTokens(table), new DynamoCallTokens(table)];
  for (const tokens of [first, first, second]) await tokens.take([LIST], 'loss', at(0));
  const work = async () => {
    for (let seconds = 2; seconds <= 40; seconds += 4) {
      expect(await first.take([LIST], 'loss', at(seconds))).toBe(true);
      expect(await second.take([LIST], 'loss', at(seconds + 2))).toBe(true);
    }
  };
  await expect(tables.callsOf(work)).resolves.toEqual(Array(20).fill('UpdateItem'));
});

test('twenty at once → five calls and no more', async () => {
  const takes = Array.from({ length: 20 }, () => new DynamoCallTokens(table).take([LIST, MODIFY], 'loss', at(0)));
  const granted = (await Promise.all(takes)).filter((one) => one).length;
  expect(granted).toBeGreaterThan(0);
  expect(granted).toBeLessThanOrEqual(5);
});

test('the item was made by hand and holds no times → it counts as full', async () => {
  const key = { partition: ACCOUNT_PARTITION, sort: ACCOUNT_SORT.budget };
  await putItem(table, 'editing', key, { note: 'mine', modifyFullAt: NOON * 1000 + 4000 });
  const tokens = new DynamoCallTokens(table);
  await expect(tokens.take([LIST, MODIFY], 'growth', at(0))).resolves.toBe(true);
});
