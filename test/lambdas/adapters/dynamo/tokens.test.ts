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
  const take = async () => expect(await tokens.take([LIST], 'growth', at(1))).toBe(false);
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

describe('a quota that is not the published one', () => {
  test.each([
    ['raised ten times: fifty at once', { burst: 50, perSecond: 5 }, 50, 5],
    ['half of it, because two environments share an account', { burst: 2, perSecond: 0.25 }, 2, 0],
    ['smaller than what is kept for losses: the last token is for anybody', { burst: 1, perSecond: 0.1 }, 1, 0],
  ])('%s', async (_, quota, atOnce, after) => {
    const tokens = new DynamoCallTokens(table, { quotas: { ModifyInstanceFleet: quota } });
    const granted = async (seconds: number): Promise<number> => {
      let count = 0;
      for (let asks = 0; asks < 60; asks += 1) if (await tokens.take([MODIFY], 'growth', at(seconds))) count += 1;
      return count;
    };
    const reserve = quota.burst > 1 ? 1 : 0;
    await expect(granted(0)).resolves.toBe(atOnce - reserve);
    await expect(granted(1)).resolves.toBe(after);
  });

  test('the other operations keep theirs', async () => {
    const tokens = new DynamoCallTokens(table, { quotas: { ModifyInstanceFleet: { burst: 1, perSecond: 0.1 } } });
    for (let taken = 0; taken < 5; taken += 1) expect(await tokens.take([LIST], 'loss', at(0))).toBe(true);
    expect(await tokens.take([LIST], 'loss', at(0))).toBe(false);
  });
});

describe('a loss that is refused', () => {
  test('costs one call each time it asks, and what it keeps away costs none', async () => {
    const tokens = new DynamoCallTokens(table);
    for (let taken = 0; taken < 5; taken += 1) await tokens.take([LIST], 'loss', at(0));
    const refused = async () => expect(await tokens.take([LIST], 'loss', at(1))).toBe(false);
    await expect(tables.callsOf(refused)).resolves.toEqual(['UpdateItem']);
    const growth = async () => expect(await tokens.take([MODIFY], 'growth', at(2))).toBe(false);
    await expect(tables.callsOf(growth)).resolves.toEqual([]);
  });

  test('slots of a minute → it may ask again after a minute', async () => {
    const tokens = new DynamoCallTokens(table, { slotSeconds: 60 });
    for (let taken = 0; taken < 6; taken += 1) await tokens.take([LIST], 'loss', at(0));
    await expect(tokens.take([MODIFY], 'growth', at(64))).resolves.toBe(false);
    await expect(tokens.take([MODIFY], 'growth', at(65))).resolves.toBe(true);
  });

  test('its sign was left by a clock that is an hour ahead → the others do not wait an hour', async () => {
    const ahead = new DynamoCallTokens(table);
    for (let taken = 0; taken < 6; taken += 1) await ahead.take([LIST], 'loss', at(3600));
    await expect(new DynamoCallTokens(table).take([MODIFY], 'growth', at(0))).resolves.toBe(true);
  });
});
