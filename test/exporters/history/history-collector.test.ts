/** Ended queries of a coordinator over HTTP: what is counted, and what is not lost or doubled when it fails. */

import { HistoryBench } from './bench.ts';
import type { Engine, Fault } from './fake-coordinator.ts';

let bench: HistoryBench;

const start = async (...given: Parameters<typeof HistoryBench.start>): Promise<HistoryBench> => {
  bench = await HistoryBench.start(...given);
  return bench;
};

afterEach(() => bench.engine.close());

describe.each(['presto', 'trino'] satisfies Engine[])('%s', (engine) => {
  test('queries ended before the first reading → known by name, not counted; later ones are', async () => {
    await start({}, engine);
    bench.end(3);
    await bench.read();
    expect([bench.counted, bench.missed]).toEqual([0, 0]);
    expect(bench.values('user_finished_queries_total')).toEqual({ load: 0 });
    bench.end(2, { user: 'ann' });
    bench.end(1, { state: 'FAILED', errorName: 'REMOTE_HOST_GONE' });
    await bench.read();
    expect(bench.values('finished_queries_total')).toEqual({ '': 2 });
    expect(bench.values('failed_queries_total')).toMatchObject({ worker_lost: 1, user_error: 0 });
    expect(bench.values('user_finished_queries_total')).toEqual({ load: 0, ann: 2 });
    expect(bench.values('user_failed_queries_total')).toEqual({ load: 1, ann: 0 });
    expect(bench.values('group_failed_queries_total')).toEqual({ global: 1 });
    expect(bench.values('source_ended_cpu_seconds_total')).toEqual({ e2e: expect.closeTo(14.28) });
    expect(bench.values('ended_cpu_seconds_total')).toEqual({ '': expect.closeTo(14.28) });
    expect(bench.missed).toBe(0);
  });

  test('read again and again → each is counted once', async () => {
    await start({}, engine);
    await bench.read();
    bench.end(5);
    for (let round = 0; round < 4; round += 1) await bench.read();
    expect([bench.counted, bench.missed]).toEqual([5, 0]);
  });

  test('the engine forgets some between two readings → they are missed, and it says so', async () => {
    await start({}, engine);
    await bench.read();
    bench.end(10);
    bench.engine.ended = bench.engine.ended.slice(4);
    await bench.read();
    expect([bench.counted, bench.missed]).toEqual([6, 4]);
  });
});

test('one state is asked for at a time, and the texts of queries are told nowhere', async () => {
  await start();
  await bench.read();
  bench.end(1, { sql: 'select secret' });
  await bench.read();
  expect(bench.engine.asked.filter((path) => path.startsWith('/v1/query'))).toEqual([
    '/v1/query?state=FINISHED',
    '/v1/query?state=FAILED',
    '/v1/query?state=FINISHED',
    '/v1/query?state=FAILED',
  ]);
  expect(JSON.stringify(bench.families())).not.toContain('secret');
});

test('wait and run → histograms of the counted ones alone', async () => {
  await start();
  bench.end(7);
  await bench.read();
  bench.end(2, { queued: '45.00s', elapsed: '1.75m', execution: '1.00m' });
  bench.end(1, { state: 'FAILED', queued: '5.00m', elapsed: '5.00m', execution: '0.00ms' });
  await bench.read();
  const histogram = (name: string) => bench.families().find((one) => one.name === `prestoscale_engine_${name}`);
  expect(histogram('query_wait_seconds')).toMatchObject({
    type: 'histogram',
    values: [
      {
        sum: expect.closeTo(390),
        count: 3,
        buckets: expect.arrayContaining([
          { upTo: 30, count: 0 },
          { upTo: 60, count: 2 },
          { upTo: 300, count: 3 },
        ]),
      },
    ],
  });
  expect(histogram('query_run_seconds')).toMatchObject({ values: [{ sum: 120, count: 2 }] });
});

test('an engine without a count of its own → what was missed is unknown, not 0', async () => {
  await start();
  bench.engine.completed = undefined;
  await bench.read();
  bench.end(2);
  bench.engine.completed = undefined;
  await bench.read();
  expect([bench.counted, bench.missed]).toEqual([2, undefined]);
});

test('60 users, sources and groups → 50 each with their own series, the rest are other', async () => {
  await start();
  await bench.read();
  for (let index = 0; index < 60; index += 1)
    bench.end(1, { user: `u${index}`, source: `s${index}`, group: ['g', `${index}`] });
  await bench.read();
  for (const label of ['user', 'source', 'group']) {
    const series = bench.values(`${label}_finished_queries_total`);
    expect(Object.keys(series)).toHaveLength(51);
    expect(series['other']).toBe(10);
  }
});

test('a query whose times are nonsense → counted, and told to be incomplete', async () => {
  await start();
  await bench.read();
  bench.end(1, { cpu: 'much' });
  await bench.read();
  expect([bench.counted, bench.values('history_incomplete_queries_total')]).toEqual([1, { '': 1 }]);
});

describe('faults', () => {
  const FAULTS: readonly (readonly [Fault, RegExp])[] = [
    ['half', /cut off/],
    ['refuse', /cut off/],
    ['hang', /silent for 100 ms/],
    ['silent', /silent for 100 ms/],
    ['page', /no list/],
    [503, /answered 503/],
    [401, /answered 401/],
  ];

  test.each(FAULTS)(
    '%s → what was counted stays, it is told, and afterwards nothing is doubled',
    async (fault, message) => {
      await start({ silentMilliseconds: 100 });
      bench.end(40);
      await bench.read();
      bench.end(20);
      await bench.read();
      bench.end(10);
      bench.engine.fault = fault;
      await bench.read();
      await bench.read();
      expect(bench.counted).toBeGreaterThanOrEqual(20);
      expect(bench.values('history_up')).toEqual({ finished: 0, failed: 0 });
      expect(bench.values('history_errors_total')).toEqual({ finished: 2, failed: 2 });
      expect(bench.values('history_age_seconds')).toEqual({ finished: 7_200, failed: 7_200 });
      expect(bench.faults).toHaveLength(4);
      expect(bench.faults[0]).toMatch(message);
      bench.engine.fault = undefined;
      await bench.read();
      expect([bench.counted, bench.missed]).toEqual([30, 0]);
      expect(bench.values('history_up')).toEqual({ finished: 1, failed: 1 });
    },
  );

  test('nobody listens from the start → nothing is counted, not even zeros, until both lists were read', async () => {
    await start();
    bench.engine.fault = 503;
    bench.engine.faultyState = 'FAILED';
    bench.end(3);
    await bench.read();
    expect(bench.counted).toBeUndefined();
    expect(bench.values('history_up')).toEqual({ finished: 1, failed: 0 });
    bench.engine.fault = undefined;
    await bench.read();
    expect([bench.counted, bench.missed]).toEqual([0, 0]);
  });

  test('the first lists are cut off → what they showed is not counted, nor what a whole one shows then', async () => {
    await start();
    bench.end(30);
    bench.engine.fault = 'half';
    await bench.read();
    bench.engine.fault = undefined;
    await bench.read();
    await bench.read();
    expect(bench.counted).toBe(0);
  });

  test('the coordinator is gone → an error that names it, no exception', async () => {
    await start();
    await bench.read();
    await bench.engine.close();
    await expect(bench.read()).resolves.toBeUndefined();
    expect(bench.faults[0]).toMatch(/^FINISHED: GET http:\/\/127\.0\.0\.1:\d+\/v1\/query: .*ECONNREFUSED/);
    expect(bench.counted).toBe(0);
  });

  test('more bytes than allowed → the list fails, and what came before is counted once', async () => {
    await start({ maximumBytes: 20_000 });
    await bench.read();
    bench.end(30);
    await bench.read();
    const { counted } = bench;
    expect(counted).toBeGreaterThan(3);
    expect(counted).toBeLessThan(30);
    await bench.read();
    expect(bench.counted).toBe(counted);
    expect(bench.faults[0]).toMatch(/larger than 20000 bytes/);
  });

  test('the engine restarts → counters go on, its new queries are counted, and those that it lost are not invented', async () => {
    await start();
    bench.end(50);
    await bench.read();
    bench.end(8);
    bench.engine.ended = bench.engine.ended.slice(-6);
    await bench.read();
    expect([bench.counted, bench.missed]).toEqual([6, 2]);
    bench.engine.ended = [];
    bench.engine.completed = 0;
    bench.end(5);
    bench.engine.ended = bench.engine.ended.slice(1);
    await bench.read();
    expect([bench.counted, bench.missed]).toEqual([10, 3]);
  });
});

describe('how often', () => {
  test('asked to again before it is time → no request', async () => {
    await start({ everySeconds: 30 });
    await bench.history.collect();
    const requests = bench.engine.asked.length;
    bench.clock = 29;
    await bench.history.collect();
    expect(bench.engine.asked).toHaveLength(requests);
    bench.clock = 31;
    await bench.history.collect();
    expect(bench.engine.asked.length).toBeGreaterThan(requests);
  });

  test('two ask at once → one reading', async () => {
    await start();
    await Promise.all([bench.history.collect(), bench.history.collect()]);
    expect(bench.engine.asked.filter((path) => path.startsWith('/v1/query'))).toHaveLength(2);
  });

  test.each([
    [10, 100],
    [2, 30],
    [300, 600],
  ])('a reading takes %i s → the next one comes %i s later', async (takes, rest) => {
    await start({ everySeconds: 30 });
    bench.engine.onList = (state) => {
      if (state === 'FAILED') bench.clock += takes;
    };
    await bench.history.collect();
    const requests = bench.engine.asked.length;
    const began = bench.clock;
    const sinceEnd = takes === 2 ? rest - takes : rest;
    bench.clock = began + sinceEnd - 1;
    await bench.history.collect();
    expect(bench.engine.asked).toHaveLength(requests);
    bench.clock = began + sinceEnd;
    await bench.history.collect();
    expect(bench.engine.asked.length).toBeGreaterThan(requests);
  });
});
