/** What only a real table can do to a store: lose answers, page, hold what people have changed by hand. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoClusterStore } from '../../../../lambdas/adapters/dynamo/cluster-store.ts';
import { DynamoInbox } from '../../../../lambdas/adapters/dynamo/inbox.ts';
import { putItem, type Table } from '../../../../lambdas/adapters/dynamo/table.ts';
import { clusterPartition, SORT } from '../../../../lambdas/contract.ts';
import { emptyMemory } from '../../../../lambdas/core/memory.ts';
import { FenceLostError } from '../../../../lambdas/ports/cluster-store.ts';
import { at, hold, memory, NOON } from '../../core/builders.ts';
import { FaultyProxy } from './faulty-proxy.ts';
import { LocalTables, localClient } from './local-table.ts';

let tables: LocalTables;
let table: Table;
let ids = 0;

const storeOn = (on: Table): DynamoClusterStore =>
  new DynamoClusterStore(on, 'j-1', () => {
    ids += 1;
    return `id-${ids}`;
  });

const put = (sort: string, item: Record<string, unknown>): Promise<void> =>
  putItem(table, 'editing', { partition: clusterPartition('j-1'), sort }, item);

beforeAll(async () => {
  tables = await LocalTables.start();
});

afterAll(() => tables.stop());

beforeEach(async () => {
  table = await tables.make();
  await new DynamoInbox(table).putPolicy('j-1', {}, 'ann', at(0));
});

describe('calls', () => {
  test('a load is one query, a save is one update', async () => {
    const store = storeOn(table);
    await expect(tables.callsOf(() => store.load(at(0)))).resolves.toEqual(['Query']);
    await expect(tables.callsOf(() => store.save(memory(), 0, at(0), at(12)))).resolves.toEqual(['UpdateItem']);
  });

  test('more than a megabyte in the partition → all of it is read', async () => {
    const inbox = new DynamoInbox(table);
    const reason = 'x'.repeat(300_000);
    const keys = ['a', 'b', 'c', 'd', 'e'];
    for (const key of keys) await inbox.putHold('j-1', hold({ key, reason }));
    const view = await storeOn(table).load(at(0));
    expect(view.holds.map(({ key }) => key).toSorted()).toEqual(keys);
    expect(view.policy.version).toBe(1);
  });
});

describe('an answer that is lost on its way', () => {
  let proxy: FaultyProxy;
  let throughProxy: Table;

  beforeEach(async () => {
    const started = await FaultyProxy.start(tables.port);
    proxy = started.proxy;
    throughProxy = { client: localClient(started.port, { maxAttempts: 2 }), name: table.name };
  });

  afterEach(async () => {
    throughProxy.client.destroy();
    await proxy.stop();
  });

  test.each([0, 3])(
    'of a save over fence %i → the SDK repeats it, and the store knows its own write',
    async (fence) => {
      for (let before = 0; before < fence; before += 1) await storeOn(table).save(memory(), before, at(0));
      proxy.break((index) => (index === 0 ? 'lose-answer' : undefined));
      await expect(storeOn(throughProxy).save(memory({ tick: 9 }), fence, at(0), at(12))).resolves.toBe(fence + 1);
      expect(proxy.calls).toEqual(['UpdateItem', 'UpdateItem', 'GetItem']);
      await expect(storeOn(table).load(at(0))).resolves.toMatchObject({
        memory: { tick: 9 },
        fence: fence + 1,
        claim: { fence: fence + 1, until: at(12) },
      });
    },
  );

  test('the request is lost, and another writer saves before the repetition → the fence is lost', async () => {
    proxy.break((index) => (index === 0 ? 'lose-request' : undefined));
    const other = storeOn(table);
    const saving = storeOn(throughProxy).save(memory({ tick: 1 }), 0, at(0));
    while (proxy.calls.length === 0) await sleep(1);
    await other.save(memory({ tick: 2 }), 0, at(0));
    await expect(saving).rejects.toThrow(FenceLostError);
    await expect(other.load(at(0))).resolves.toMatchObject({ memory: { tick: 2 }, fence: 1 });
  });

  test('nobody can say whose save it was → the tick fails, and the next one finds the save', async () => {
    proxy.break((index) => (index === 0 ? 'lose-answer' : index === 1 ? undefined : 'lose-request'));
    await expect(storeOn(throughProxy).save(memory({ tick: 4 }), 0, at(0))).rejects.toThrow(
      /looking who saved cluster j-1/,
    );
    await expect(storeOn(table).load(at(15))).resolves.toMatchObject({ memory: { tick: 4 }, fence: 1 });
  });
});

describe('items that people have changed', () => {
  test.each([
    ['no binary', 'text'],
    ['not compressed', new Uint8Array([1, 2, 3])],
    ['nothing', undefined],
  ])('memory is %s → starts anew with a notice', async (_, value) => {
    await put(SORT.state, { fence: 7, memory: value });
    const view = await storeOn(table).load(at(0));
    expect(view).toMatchObject({ memory: emptyMemory(), fence: 7 });
    expect(view.policy.notice).toContain('nothing shrinks before a whole hold has been watched');
  });

  test('a bit of a saved memory is flipped → starts anew with a notice', async () => {
    await storeOn(table).save(memory({ tick: 3 }), 0, at(0));
    const { gzipSync } = await import('node:zlib');
    const bytes = gzipSync(JSON.stringify(memory({ tick: 3 })));
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    await put(SORT.state, { fence: 1, memory: bytes });
    await expect(storeOn(table).load(at(0))).resolves.toMatchObject({ memory: { tick: 0 }, fence: 1 });
  });

  test('no fence → the error names the item and says what to do', async () => {
    await put(SORT.state, { fence: 'seven' });
    await expect(storeOn(table).load(at(0))).rejects.toThrow(
      /the STATE item of cluster j-1 has no fence: delete the item/,
    );
  });

  test('holds, losses and a sample that cannot be read → left out, each with a notice; the rest is there', async () => {
    await new DynamoInbox(table).putHold('j-1', hold({ key: 'good' }));
    await put(SORT.hold('no-json'), { hold: '{' });
    await put(SORT.hold('no-number'), { hold: JSON.stringify(hold({ units: Number.NaN })) });
    await put(SORT.hold('nothing'), {});
    await put(SORT.loss('i-1'), { loss: '"i-1"' });
    await put(SORT.sample, { takenAt: NOON, sample: '[]' });
    await put(SORT.outcome, { fence: 3, outcome: 'maybe' });
    await put(SORT.alarms, { 'alarm:a': 'OK', 'alarm:b': { state: 'FINE', since: 1, seenAt: NOON }, more: true });
    await put('FUTURE#KIND', { what: 'ever' });
    const view = await storeOn(table).load(at(0));
    expect(view.holds.map(({ key }) => key)).toEqual(['good']);
    expect(view).toMatchObject({ alarms: [], losses: [] });
    expect(view).not.toHaveProperty('sample');
    expect(view).not.toHaveProperty('outcome');
    for (const named of ['HOLD#no-json', 'HOLD#no-number', 'HOLD#nothing', 'LOSS#i-1', 'the pushed sample']) {
      expect(view.policy.notice).toContain(named);
    }
  });

  test('the policy and all its copies are broken → the error names the cluster and says what to do', async () => {
    await put(SORT.policy, { version: 4, policy: '{"mode":1}', copies: [{ version: 3, policy: 'x' }, 'y'] });
    await expect(storeOn(table).load(at(0))).rejects.toThrow(
      /cluster j-1 has no usable policy: write a valid one. Version 4 says: mode: 1 was given/,
    );
  });

  test('a policy that a console left as a map → read as what it says', async () => {
    await put(SORT.policy, { version: 5, policy: { mode: 'paused' } });
    await expect(storeOn(table).load(at(0))).resolves.toMatchObject({
      policy: { version: 5, policy: { mode: 'paused' } },
    });
  });
});
