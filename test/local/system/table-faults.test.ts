/** The table goes wrong for five minutes, in which a shrink comes due and a burst arrives. */
import { setTimeout as sleep } from 'node:timers/promises';
import { tableClient } from '../../../lambdas/adapters/dynamo/client.ts';
import { DynamoClusterStore } from '../../../lambdas/adapters/dynamo/cluster-store.ts';
import { SORT } from '../../../lambdas/contract.ts';
import { CLUSTER } from '../../../local/system.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/table.ts';
import { Bench } from './bench.ts';
import {
  during,
  expectNoSlotMissed,
  expectNothingForbidden,
  expectRecovered,
  FAULT_FROM,
  FAULT_TO,
  type Fault,
  QUERIES,
  runThrough,
} from './scenario.ts';

jest.setTimeout(60_000);

/** Stands at the client of the system: what is called, and the call itself. */
type Around = (call: { readonly save: boolean }, go: () => Promise<unknown>) => Promise<unknown>;

const NAME = 'fault';

const isSave = (commandName: string | undefined, input: object): boolean =>
  commandName?.startsWith('Update') === true && JSON.stringify(input).includes(`"${SORT.state}"`);

/** A fault of every call; the requests themselves go over the wire. */
const around = (what: (bench: Bench) => Around): Fault => ({
  arm: (bench) => {
    const act = what(bench);
    bench.system.table.table.client.middlewareStack.add(
      (next, context) => async (args) => {
        const call = { save: isSave(context.commandName, args.input) };
        return (await act(call, () => next(args))) as Awaited<ReturnType<typeof next>>;
      },
      { step: 'initialize', name: NAME, priority: 'high' },
    );
  },
  end: ({ system }) => void system.table.table.client.middlewareStack.remove(NAME),
});

const appliedIn = (bench: Bench) => bench.applied.filter(({ at }) => at > FAULT_FROM && at <= FAULT_TO);

/** Another process with another client. */
const rivalOf = ({ system }: Bench) => {
  const { table, url } = system.table;
  const client = tableClient({ region: LOCAL_REGION, endpoint: url, maxAttempts: 1, credentials: LOCAL_CREDENTIALS });
  let writes = 0;
  const newId = (): string => {
    writes += 1;
    return `rival-${writes}`;
  };
  const store = new DynamoClusterStore({ client, name: table.name }, CLUSTER, newId);
  const save = async (): Promise<void> => {
    const view = await store.load(system.time);
    await store.save(view.memory, view.fence, system.time);
  };
  return { save, end: () => client.destroy() };
};

test('another writer always saves first → every tick is overtaken, none calls EMR, two slots later all is well', async () => {
  let end = (): void => {};
  const fault = around((bench) => {
    const rival = rivalOf(bench);
    end = rival.end;
    return async ({ save }, go) => {
      if (save) await rival.save();
      return go();
    };
  });
  const bench = await runThrough(fault);
  end();
  expect(new Set(during(bench).map((tick) => tick.end))).toEqual(new Set(['overtaken']));
  expect(during(bench)).toHaveLength(20);
  expect(appliedIn(bench)).toEqual([]);
  expect(during(bench).filter(({ modifyCalls }) => modifyCalls > 0)).toEqual([]);
  expectNoSlotMissed(bench);
  expectNothingForbidden(bench);
  expectRecovered(bench);
});

test('every answer of the table takes its time → the same is sent at the same moments as without', async () => {
  const slow = around(() => async (_, go) => {
    const answer = await go();
    await sleep(10);
    return answer;
  });
  const bench = await runThrough(slow);
  const swift = await runThrough({ arm: () => {}, end: () => {} });
  expect(bench.ticks.filter(({ end }) => end !== 'decided')).toEqual([]);
  expect(bench.applied).toEqual(swift.applied);
  expectNothingForbidden(bench);
});

test('saves are carried out and answered too late → their ticks fail, nothing is sent, two slots later all is well', async () => {
  const late = around(() => async ({ save }, go) => {
    const answer = await go();
    if (save) throw Object.assign(new Error('no answer within its time'), { name: 'TimeoutError' });
    return answer;
  });
  const bench = await runThrough(late);
  const ticks = during(bench);
  expect(new Set(ticks.map((tick) => tick.end))).toEqual(new Set(['failed']));
  for (const { error } of ticks) expect(error?.message).toMatch(/saving cluster .*no answer within its time/);
  expect(appliedIn(bench)).toEqual([]);
  expectNoSlotMissed(bench);
  expectNothingForbidden(bench);
  expectRecovered(bench);
});

test('the table is gone → every handler fails and says so, and EMR is not called once more', async () => {
  const bench = await Bench.start({ queries: QUERIES });
  try {
    await bench.to(FAULT_FROM);
    const { table } = bench.system;
    await table.close();
    // It can be closed once only, and the system will.
    table.close = async () => {};
    const calls = { ...bench.system.emr.calls };
    await bench.to(FAULT_TO);
    expect(bench.system.emr.calls).toEqual(calls);
    expect(appliedIn(bench)).toEqual([]);
    const ends = during(bench);
    expect(new Set(ends.map((tick) => tick.end))).toEqual(new Set(['failed']));
    expect(new Set(ends.map(({ what }) => what))).toEqual(new Set(['reconcile', 'dispatch']));
    for (const { error } of ends) expect(error?.message).toMatch(/table prestoscale/);
    expectNothingForbidden(bench);
  } finally {
    await bench.close();
  }
});

test('every call of the table fails, those of dispatch too → nothing is sent, and two slots after its end all is well', async () => {
  const away = around(() => async () => {
    throw Object.assign(new Error('the table is away'), { name: 'ServiceUnavailable' });
  });
  const bench = await runThrough(away);
  expect(new Set(during(bench).map((tick) => tick.end))).toEqual(new Set(['failed']));
  expect(appliedIn(bench)).toEqual([]);
  expectNothingForbidden(bench);
  expectRecovered(bench);
});
