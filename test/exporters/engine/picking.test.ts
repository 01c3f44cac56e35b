/**
 * Large answers: how little of them is decoded, in one slice and altogether, and that what is picked is all that is read.
 * Bytes are counted and not times, so that a busy machine changes nothing.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PickedAnswer, type Picking } from '../../../exporters/engine/picking.ts';
import { MEMORY, queriesAt, STATUS } from '../../../exporters/engine/presto-answers.ts';
import { CONCURRENCY_LIMIT, TRINO_STATUS, trinoQueriesAt } from '../../../exporters/engine/trino-answers.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import { REQUIRED_LOAD } from '../../bench/exporter-load-children.ts';
import { prestoAnswers } from '../../bench/exporter-load-presto.ts';
import { trinoAnswers } from '../../bench/exporter-load-trino.ts';
import { DATA, recordedTest } from '../../simulator/recorded.ts';
import { NOON } from '../readings.ts';

const AT = epochSeconds(NOON);
const SLICE_BYTES = 64 * 1024;
const LOAD = { ...REQUIRED_LOAD, running: 1_000, workers: 100, liveSqlBytes: 20_000 };

type AnyPicking = Picking<unknown>;

interface Decoded<Item> {
  readonly items: readonly Item[];
  /** Characters that were parsed. */
  readonly inAll: number;
  readonly mostInSlice: number;
  /** The longest that was parsed at once. */
  readonly longest: number;
}

/** Reads a body in slices as they come over the wire, and counts what becomes a text. */
const decode = <Item>(picking: Picking<Item>, body: Buffer): Decoded<Item> => {
  let [inAll, inSlice, mostInSlice, longest] = [0, 0, 0, 0];
  const parse = JSON.parse;
  const spy = jest.spyOn(JSON, 'parse').mockImplementation((text: string) => {
    inAll += text.length;
    inSlice += text.length;
    longest = Math.max(longest, text.length);
    return parse(text);
  });
  try {
    const answer = new PickedAnswer(picking);
    for (let from = 0; from < body.length; from += SLICE_BYTES) {
      inSlice = 0;
      answer.push(body.subarray(from, from + SLICE_BYTES));
      mostInSlice = Math.max(mostInSlice, inSlice);
    }
    return { items: answer.end(), inAll, mostInSlice, longest };
  } finally {
    spy.mockRestore();
  }
};

const bodyOf = (engine: typeof prestoAnswers, path: string): Buffer =>
  Buffer.from(engine(LOAD).bodyOf({ path, names: [], ended: 0, origin: 'http://x' }) ?? '');

describe('1,000 running queries', () => {
  test('memory of 100 workers → two numbers of each are decoded, of 19 MB less than 30 KB', () => {
    const body = bodyOf(prestoAnswers, '/v1/cluster/workerMemory');
    const { items, inAll, mostInSlice, longest } = decode(MEMORY, body);
    expect(body.length).toBeGreaterThan(19e6);
    expect(items).toHaveLength(100);
    expect(items[99]).toEqual({ id: 'w99', reservedBytes: 4_073_208, totalBytes: 140_509_184 });
    expect(inAll).toBeLessThan(30_000);
    expect(mostInSlice).toBeLessThan(1_000);
    expect(longest).toBeLessThan(50);
  });

  test('what a worker says of itself → its processors', () => {
    const body = bodyOf(prestoAnswers, '/v1/worker/w0/status');
    const { items, inAll } = decode(STATUS, body);
    expect([body.length > 190_000, items]).toEqual([true, [{ cores: 64 }]]);
    expect(inAll).toBeLessThan(100);
  });

  test('with texts of 20 kB full of quotes → texts are decoded nowhere: of 22 MB less than 2', () => {
    const body = bodyOf(trinoAnswers, '/v1/query');
    const { items, inAll, mostInSlice, longest } = decode(trinoQueriesAt(AT), body);
    expect(body.length).toBeGreaterThan(22e6);
    expect(items).toHaveLength(1_000);
    expect(longest).toBeLessThan(100);
    expect(inAll).toBeLessThan(2e6);
    expect(mostInSlice).toBeLessThan(10_000);
  });

  test('a resource group that sends the texts of what runs in it → its limit', () => {
    const { items, inAll } = decode(CONCURRENCY_LIMIT, bodyOf(trinoAnswers, '/v1/resourceGroupState/global'));
    expect(items).toEqual([5_000]);
    expect(inAll).toBeLessThan(100);
  });

  test('what a Trino worker says of itself → its memory and processors', () => {
    const { items, inAll } = decode(TRINO_STATUS, bodyOf(trinoAnswers, '/at/w0/v1/status'));
    expect(items).toEqual([{ coordinator: false, cores: 64, memoryBytes: 140_509_184 }]);
    expect(inAll).toBeLessThan(200);
  });
});

test('a PrestoDB that cannot leave out texts, and sends chains of groups → neither is decoded', () => {
  const [query] = JSON.parse(bodyOf(prestoAnswers, '/v1/queryState').toString()) as object[];
  const more = { query: 'select "secret" '.repeat(5_000), pathToRoot: [{ subGroups: 'x'.repeat(50_000) }] };
  const { items, inAll } = decode(queriesAt(AT), Buffer.from(JSON.stringify([{ ...more, ...query, ...more }])));
  expect(items).toHaveLength(1);
  expect(inAll).toBeLessThan(1_000);
});

describe('what is picked is all that is read: as if the whole had been parsed', () => {
  const SAMPLES = join(DATA, 'engine-samples');
  const all = (folder: string, name: RegExp): readonly string[] =>
    readdirSync(join(SAMPLES, folder), { recursive: true, encoding: 'utf8' }).filter((file) => name.test(file));

  /** Elements with their names, parsed. */
  const elementsOf = ({ form }: AnyPicking, body: Buffer): readonly (readonly [unknown, string])[] => {
    const value: unknown = JSON.parse(body.toString());
    if (form === 'one') return [[value, '']];
    if (form === 'list') return (value as readonly unknown[]).map((one) => [one, '']);
    return Object.entries(value as object).map(([name, one]) => [one, name]);
  };

  const expectSame = (picking: AnyPicking, body: Buffer): void => {
    const whole = elementsOf(picking, body).flatMap(([one, name]) => picking.read(one, name) ?? []);
    expect(decode(picking, body).items).toEqual(whole);
  };

  const RECORDED: readonly (readonly [string, RegExp, AnyPicking])[] = [
    ['presto-0.287', /queryState[^/]*\.json$/, queriesAt(AT)],
    ['presto-0.287', /workerMemory\.json$/, MEMORY],
    ['presto-0.287', /\/status\.json$/, STATUS],
    ['trino-476', /(^|\/)query(-running|-queued|-waiting)?\.json$/, trinoQueriesAt(AT)],
    ['trino-483', /(^|\/)query(-running|-queued|-waiting)?\.json$/, trinoQueriesAt(AT)],
    ['trino-483', /status[^/]*\.json$/, TRINO_STATUS],
  ];

  for (const [folder, name, picking] of RECORDED) {
    recordedTest(`${folder}, every ${name.source}`, join(SAMPLES, folder), async () => {
      const files = all(folder, name);
      expect(files.length).toBeGreaterThan(0);
      for (const file of files) expectSame(picking, readFileSync(join(SAMPLES, folder, file)));
    });
  }

  test.each([
    ['queryState', queriesAt(AT), prestoAnswers, '/v1/queryState'],
    ['workerMemory', MEMORY, prestoAnswers, '/v1/cluster/workerMemory'],
    ['query', trinoQueriesAt(AT), trinoAnswers, '/v1/query'],
    ['status', TRINO_STATUS, trinoAnswers, '/at/w0/v1/status'],
  ] as const)('%s under load', (_, picking, answers, path) => {
    const load = { ...LOAD, live: 20, running: 10, workers: 3, liveSqlBytes: 500 };
    expectSame(picking, Buffer.from(answers(load).bodyOf({ path, names: [], ended: 0, origin: 'http://x' }) ?? ''));
  });

  test('every field that a blocked or a queued query may have', () => {
    const presto = {
      ...(JSON.parse(bodyOf(prestoAnswers, '/v1/queryState').toString()) as object[])[0],
      progress: {
        elapsedTimeMillis: 5_000,
        queuedTimeMillis: 1_000,
        executionTimeMillis: 3_000,
        cpuTimeMillis: 2_000,
        currentMemoryBytes: 77,
        blocked: true,
        blockedReasons: ['WAITING_FOR_MEMORY'],
        queuedDrivers: 3,
        runningDrivers: 4,
      },
    };
    const old = { queryId: 'q', queryState: 'QUEUED', createTime: '2026-03-02T11:58:30.000Z', user: 'u', source: 's' };
    expectSame(queriesAt(AT), Buffer.from(JSON.stringify([presto, old])));
    expect(decode(queriesAt(AT), Buffer.from(JSON.stringify([presto, old]))).items).toMatchObject([
      { blockedOnMemory: true, memoryBytes: 77, cpuSeconds: 2, runningSeconds: 3, drivers: 7, queuedDrivers: 3 },
      { className: 's|u|', ageSeconds: 90 },
    ]);
  });
});
