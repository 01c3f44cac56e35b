/** What is read of a Trino coordinator: who is asked, what is unknown, and what is never taken for 0. */
import { collect, NOTHING_COLLECTED } from '../../../exporters/engine/collector.ts';
import type { EngineReader, EngineReading } from '../../../exporters/engine/reading.ts';
import { FakeTrino, trinoQuery } from './fake-trino.ts';

let trino: FakeTrino;
let reader: EngineReader;

beforeEach(async () => {
  trino = new FakeTrino();
  reader = await trino.start();
});

afterEach(() => trino.close());

const errorsOf = ({ reports }: EngineReading): readonly string[] =>
  reports.flatMap(({ source, error }) => (error === undefined ? [] : [`${source}: ${error.message}`]));

const sampleOf = (reading: EngineReading) => collect(NOTHING_COLLECTED, reading, { requiredWorkers: 1 }).sample;

/** A reading of which nothing failed, as a sample. */
const readSample = async () => {
  const reading = await reader.read();
  expect(errorsOf(reading)).toEqual([]);
  return sampleOf(reading);
};

const active = (processors = 8) => ({ state: 'ACTIVE', processors });
const drained = (state: string) => ({ state, processors: 8 });

describe('queries', () => {
  const five = [
    trinoQuery('q', 'QUEUED'),
    trinoQuery('w', 'WAITING_FOR_RESOURCES'),
    trinoQuery('p', 'PLANNING'),
    trinoQuery('r', 'RUNNING'),
    trinoQuery('f', 'FINISHING'),
  ];

  test.each(['469', '470', '483-SNAPSHOT', '479-amzn-2'])(
    '%s → each live query once, in its stage',
    async (version) => {
      trino.version = version;
      trino.queries = five;
      trino.workers = { a: active() };
      expect(await readSample()).toMatchObject({ runningQueries: 3, queuedQueries: 1, waitingForWorkersQueries: 1 });
      expect(trino.count('/v1/query?')).toBe(version === '469' ? 7 : 1);
    },
  );

  test('their CPU and that of ended ones → one total; blocked drivers use no core', async () => {
    trino.queries = [trinoQuery('a', 'RUNNING'), trinoQuery('b', 'RUNNING', ['global'], { totalCpuTime: '1.50m' })];
    trino.workers = { a: active() };
    expect(await readSample()).toMatchObject({
      cpuSecondsTotal: 100 + 20 + 90,
      classes: [{ name: 'bi|ann|global', live: 2, parallelismCores: 16 }],
    });
  });

  test('one waits for three workers by its session → three; with metrics of before it came → what is configured', async () => {
    trino.queries = [trinoQuery('w', 'WAITING_FOR_RESOURCES')];
    trino.requiredWorkers = 3;
    expect(await readSample()).toMatchObject({ requiredWorkers: 3 });
    trino.requiredWorkers = 0;
    expect(await readSample()).toMatchObject({ requiredWorkers: 1 });
  });

  test('a user that sees none of them → unknown, not idle, and what to do', async () => {
    trino.countedQueries = 4;
    const reading = await reader.read();
    expect(reading.queries).toBeUndefined();
    expect(sampleOf(reading)).not.toHaveProperty('runningQueries');
    expect(errorsOf(reading)).toEqual([
      expect.stringMatching(
        /counts 4 running and queued queries and shows 0 of them: expected a user that may view all/,
      ),
    ]);
  });

  test('the text of a query → in no reading, and in no message when the answer makes no sense', async () => {
    trino.queries = [trinoQuery('a', 'RUNNING')];
    expect(JSON.stringify(await reader.read())).not.toContain('SELECT');
    trino.queries = [trinoQuery('a', 'RUNNING', ['global'], { totalCpuTime: 'SELECT secret' })];
    const messages = errorsOf(await reader.read());
    expect(messages).toEqual(['queries: query[].totalCpuTime is no duration such as 4.56h (13 characters)']);
  });
});

describe('queues of resource groups', () => {
  const queued = (id: string, group: readonly string[], elapsedTime = '1.00s') =>
    trinoQuery(id, 'QUEUED', group, { elapsedTime, createTime: new Date(0).toISOString() });

  beforeEach(() => {
    trino.workers = { a: active() };
  });

  test('two places, one taken, three queued → the oldest may go, two are held', async () => {
    trino.limits = { global: 2 };
    trino.queries = [
      trinoQuery('r', 'RUNNING'),
      queued('young', ['global'], '1.00s'),
      queued('old', ['global'], '3.00s'),
      queued('middle', ['global'], '2.00s'),
    ];
    const reading = await reader.read();
    expect(reading.queries?.filter(({ held }) => held === false).map(({ id }) => id)).toEqual(['old']);
    expect(sampleOf(reading)).toMatchObject({ queuedQueries: 1, groupHeldQueries: 2 });
  });

  test('the group above is full → held, though the own one has room', async () => {
    trino.limits = { global: 1, 'global/etl/big jobs': 5, 'global/etl': 3 };
    trino.queries = [trinoQuery('r', 'RUNNING', ['global', 'adhoc']), queued('q', ['global', 'etl', 'big jobs'])];
    expect(await readSample()).toMatchObject({ queuedQueries: 0, groupHeldQueries: 1 });
  });

  test('waiting for workers takes a place of the group', async () => {
    trino.limits = { global: 1 };
    trino.queries = [trinoQuery('w', 'WAITING_FOR_RESOURCES'), queued('q', ['global'])];
    expect(await readSample()).toMatchObject({ waitingForWorkersQueries: 1, groupHeldQueries: 1 });
  });

  test('read again and again → the limit is asked for once; without a queue not at all', async () => {
    trino.queries = [trinoQuery('r', 'RUNNING')];
    await readSample();
    expect(trino.count('/v1/resourceGroupState')).toBe(0);
    trino.queries = [queued('q', ['global'])];
    for (let round = 0; round < 3; round += 1) await readSample();
    expect(trino.count('/v1/resourceGroupState')).toBe(1);
  });

  test.each(['hang', 403, '{"hardConcurrencyLimit":', '{}'] as const)(
    'the limit is answered with %j → held or not is unknown, the queries are not',
    async (answer) => {
      trino.faults = { '/v1/resourceGroupState/global': answer };
      trino.queries = [trinoQuery('r', 'RUNNING'), queued('q', ['global'])];
      const reading = await trino.reader(200).read();
      expect(errorsOf(reading)).toEqual([expect.stringMatching(/^queries: /)]);
      expect(sampleOf(reading)).toMatchObject({ runningQueries: 1 });
      for (const field of ['queuedQueries', 'groupHeldQueries', 'classes'])
        expect(sampleOf(reading)).not.toHaveProperty(field);
    },
  );
});

describe('answers that are none', () => {
  const WHOLE = ['cpuSecondsTotal', 'runningQueries', 'readyCores', 'requiredWorkers', 'reservedMemoryBytes'] as const;

  test.each([
    ['/metrics', 503, ['cpuSecondsTotal', 'reservedMemoryBytes']],
    ['/metrics', '# TYPE trino_execution_name_QueryManager_Running', ['cpuSecondsTotal', 'reservedMemoryBytes']],
    ['/metrics', '# EOF\n', ['cpuSecondsTotal', 'reservedMemoryBytes']],
    ['/metrics', 'hang', ['cpuSecondsTotal', 'reservedMemoryBytes']],
    ['/v1/query', 503, ['cpuSecondsTotal', 'runningQueries', 'requiredWorkers']],
    ['/v1/query', '[{"queryId":"2026', ['cpuSecondsTotal', 'runningQueries', 'requiredWorkers']],
    ['/v1/query', '<html></html>', ['cpuSecondsTotal', 'runningQueries', 'requiredWorkers']],
    ['/v1/announce', 503, ['readyCores']],
    ['/v1/announce', '["http://', ['readyCores']],
    ['/v1/info', 503, []],
  ] as const)('%s answers %j → exactly what rests on it is absent', async (path, answer, missing) => {
    trino.workers = { a: active() };
    trino.queries = [trinoQuery('a', 'RUNNING')];
    await readSample();
    trino.faults = { [path]: answer };
    const sample = sampleOf(await reader.read());
    const absent = WHOLE.filter((field) => !Object.hasOwn(sample ?? {}, field));
    expect(absent).toEqual(missing);
  });

  test.each([
    [/ConsumedCpuTimeSecs/, ['cpuSecondsTotal']],
    [/Reserved/, ['reservedMemoryBytes']],
    [/RequiredWorkers|BlockedNodes|Draining|Drained|ShuttingDown|RunningQueries/, []],
  ] as const)('names like %s are missing in /metrics → unknown, not 0', async (lacks, missing) => {
    trino.workers = { a: active(), b: drained('SHUTTING_DOWN') };
    trino.lacks = lacks;
    const sample = sampleOf(await reader.read());
    expect(WHOLE.filter((field) => !Object.hasOwn(sample ?? {}, field))).toEqual(missing);
    expect(sample).toMatchObject({ readyWorkers: 1, drainingWorkers: 1 });
  });

  test('the counts of nodes are missing → the workers’ own words', async () => {
    trino.workers = { a: active(), b: drained('DRAINING') };
    trino.lacks = /NodeCount/;
    expect(await readSample()).toMatchObject({ readyWorkers: 1, drainingWorkers: 1 });
  });

  test('all names are missing → it is said where to look', async () => {
    trino.lacks = /./;
    expect(errorsOf(await reader.read())[0]).toMatch(/^cluster: .* is jmx.base-name set on the coordinator\?$/);
  });

  test('the coordinator hangs as a whole → a reading ends, and nothing is told', async () => {
    const paths = ['/v1/info', '/metrics', '/v1/query', '/v1/announce'];
    trino.workers = { a: active() };
    await readSample();
    trino.faults = Object.fromEntries(paths.map((path) => [path, 'hang' as const]));
    const patient = trino.reader(100);
    expect(await patient.read()).toMatchObject({ reports: [{ source: 'info', error: expect.any(Error) }] });
    trino.faults = {};
    await patient.read();
    trino.faults = Object.fromEntries(paths.map((path) => [path, 'hang' as const]));
    const reading = await patient.read();
    expect(sampleOf(reading)).toBeUndefined();
    expect(errorsOf(reading)).toHaveLength(5);
  });
});

test('a query ends between two readings and its CPU is not yet among the ended → the total stands still', async () => {
  trino.workers = { a: active() };
  trino.queries = [trinoQuery('a', 'RUNNING', ['global'], { totalCpuTime: '50.60s' })];
  let state = NOTHING_COLLECTED;
  const totals: (number | undefined)[] = [];
  const step = async () => {
    const collected = collect(state, await reader.read(), { requiredWorkers: 1 });
    state = collected.state;
    totals.push(collected.sample?.cpuSecondsTotal);
  };
  await step();
  trino.queries = [];
  await step();
  trino.endedCpuSeconds = 150;
  await step();
  trino.endedCpuSeconds = 170;
  await step();
  trino.uptime = '5.00s';
  trino.endedCpuSeconds = 2;
  await step();
  expect(totals).toEqual([150.6, 150.6, 150.6, 170, 2]);
});
